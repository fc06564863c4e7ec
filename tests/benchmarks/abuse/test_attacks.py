"""Made-up shoppers, before anything is fitted."""

import numpy as np
import pytest

from benchmarks.abuse.attacks import ATTACKS, DAYS, joined, profiles, shop
from recommendations.behaviour.event_weights import KIND_CODES, SECONDS_PER_DAY, Kind

SHOP = shop(2_000, targets=2)
TARGET = int(SHOP.targets[0])


def test_a_shop_has_the_planted_views_and_some_purchases():
    counts = np.bincount(SHOP.planted.interactions.items, minlength=SHOP.n_items)

    assert (SHOP.n_users, SHOP.n_items) == (200, 200)
    assert int((SHOP.log.kinds == KIND_CODES[Kind.VIEW]).sum()) == 2_000
    assert 5 <= int((SHOP.log.kinds == KIND_CODES[Kind.PURCHASE]).sum()) <= 40
    assert counts[SHOP.targets].max() <= np.median(counts)
    assert len(joined(SHOP, None, is_guarded=False)) == 2_000


@pytest.mark.parametrize("attack", ATTACKS)
def test_made_up_shoppers_view_the_target_and_as_much_as_others(attack):
    found = profiles(SHOP, TARGET, attack, 0.05)
    length = int(np.median(np.bincount(SHOP.planted.interactions.users, minlength=SHOP.n_users)))

    assert np.unique(found.shoppers).tolist() == list(range(200, 210))
    assert np.bincount(found.shoppers)[200:].tolist() == [length + 1] * 10
    assert int((found.products == TARGET).sum()) == 10
    assert found.times.min() >= (DAYS - 1) * SECONDS_PER_DAY
    assert len(joined(SHOP, found, is_guarded=False)) == 2_000 + 10 * (length + 1)


def test_bandwagons_ride_on_what_is_popular():
    counts = np.bincount(SHOP.planted.interactions.items, minlength=SHOP.n_items)
    means = {
        attack: counts[(found := profiles(SHOP, TARGET, attack, 0.05).products)[found != TARGET]].mean()
        for attack in ATTACKS
    }

    assert means["random"] < means["average"] < means["bandwagon"]
