"""The row of the interaction matrix, from events: weights, fading, repetition, dismissal."""

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured

from recommendations.behaviour.event_weights import (
    EVENT_WEIGHTS,
    KIND_CODES,
    LEAST_DECAY,
    Kind,
    Log,
    decay,
    half_lives,
    newest_of_each_kind,
    pair_weights,
)

DAY = 86_400.0


def log_of(*rows: tuple) -> Log:
    """Rows (shopper, product, kind, value, day)."""
    shoppers, products, kinds, values, days = zip(*rows, strict=True)
    return Log(
        np.array(shoppers, np.int64),
        np.array(products, np.int64),
        np.array([KIND_CODES[kind] for kind in kinds], np.int8),
        np.array([np.nan if value is None else value for value in values], np.float32),
        np.array(days, np.float64) * DAY,
    )


def weights_of(log: Log) -> dict[tuple[int, int], float]:
    pairs = pair_weights(log)
    keys = zip(pairs.shoppers.tolist(), pairs.products.tolist(), strict=True)
    return dict(zip(keys, pairs.weights.tolist(), strict=True))


def test_every_kind_has_a_weight():
    assert set(EVENT_WEIGHTS) == set(Kind)
    assert all(weight.half_life_days > 0 and weight.weight >= 0 for weight in EVENT_WEIGHTS.values())


@pytest.mark.parametrize("kind", list(Kind))
def test_an_event_counts_half_after_its_half_life(kind):
    half_life = EVENT_WEIGHTS[kind].half_life_days * DAY
    left = decay(np.array([KIND_CODES[kind]] * 3, np.int8), np.array([0.0, half_life, 2 * half_life]))

    assert left.tolist() == [1.0, 0.5, 0.25]


def test_a_half_life_can_be_set_for_each_kind(settings):
    settings.EVENT_HALF_LIVES = {"view": 10.0}

    left = decay(np.array([KIND_CODES[Kind.VIEW], KIND_CODES[Kind.ADD_TO_CART]], np.int8), np.array([60.0, 60.0]) * DAY)

    assert left.tolist() == [0.5**6, 0.5]


def test_a_half_life_of_no_kind_is_refused(settings):
    settings.EVENT_HALF_LIVES = {"views": 10.0}

    with pytest.raises(ImproperlyConfigured, match="EVENT_HALF_LIVES names views, which is no kind"):
        half_lives()


def test_no_event_fades_to_nothing_or_grows_in_the_future():
    left = decay(np.array([0, 0], np.int8), np.array([1e6 * DAY, -5 * DAY]))

    assert left.tolist() == [LEAST_DECAY, 1.0]


def test_kinds_add_up_and_fade_from_the_shoppers_own_newest_event():
    log = log_of((0, 0, Kind.VIEW, None, 70), (0, 0, Kind.ADD_TO_CART, 1, 100), (1, 0, Kind.VIEW, None, 3))

    assert weights_of(log) == {(0, 0): 3.5, (1, 0): 1.0}


def test_repeating_a_kind_adds_nothing_and_the_newest_counts():
    once = log_of((0, 0, Kind.VIEW, None, 100))
    often = log_of(*[(0, 0, Kind.VIEW, None, day) for day in range(101)])

    assert newest_of_each_kind(often).tolist() == [100]
    assert weights_of(often) == weights_of(once) == {(0, 0): 1.0}


@pytest.mark.parametrize(("stars", "weight"), [(5, 4.0), (1, 0.8), (None, 4.0), (99, 4.0)])
def test_a_rating_counts_by_its_stars(stars, weight):
    assert weights_of(log_of((0, 0, Kind.RATE, stars, 0)))[0, 0] == pytest.approx(weight)


def test_a_dismissed_product_is_left_out_until_taken_back():
    viewed = (0, 0, Kind.VIEW, None, 1)

    assert weights_of(log_of(viewed, (0, 0, Kind.NOT_INTERESTED, 1, 2))) == {}
    assert weights_of(log_of(viewed, (0, 0, Kind.NOT_INTERESTED, None, 2))) == {}
    back = weights_of(log_of(viewed, (0, 0, Kind.NOT_INTERESTED, 1, 2), (0, 0, Kind.NOT_INTERESTED, 0, 3)))
    assert list(back) == [(0, 0)]


def test_searches_and_rows_without_a_product_weigh_nothing():
    assert weights_of(log_of((0, -1, Kind.SEARCH, None, 1), (0, 2, Kind.SEARCH, None, 1))) == {}


def test_an_empty_log_has_no_pairs():
    one = log_of((0, 0, Kind.VIEW, None, 1))

    assert weights_of(one.select(np.zeros(1, bool))) == {}


def test_the_strongest_kind_and_the_newest_time_are_kept():
    pairs = pair_weights(log_of((0, 0, Kind.PURCHASE, 1, 1), (0, 0, Kind.VIEW, None, 9), (0, 1, Kind.VIEW, None, 4)))

    assert [list(Kind)[code] for code in pairs.kinds] == [Kind.PURCHASE, Kind.VIEW]
    assert (pairs.times / DAY).tolist() == [9.0, 4.0]
