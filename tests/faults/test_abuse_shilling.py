"""Made-up shoppers who push a product: fault 41 of the list. `python -m benchmarks.shilling` measures every model."""

import numpy as np
import pytest

from benchmarks.abuse.attacks import ATTACKS, joined, profiles, shop
from benchmarks.abuse.shilling import hit_rate_as_served

SHARES = (0.01, 0.03, 0.05)
# Of a hundred real shoppers at most so many more get the pushed product among their first ten.
MOST_SHIFT = 0.05
SHOP = shop(20_000, targets=1)
TARGET = int(SHOP.targets[0])
USERS = np.arange(0, SHOP.n_users, 10, dtype=np.int32)


@pytest.fixture(scope="module")
def before() -> float:
    return hit_rate_as_served(SHOP, joined(SHOP, None, is_guarded=True), TARGET, None, USERS)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("share", SHARES)
def test_fault_41_what_is_served_hardly_shifts(before, attack, share):
    made_up = profiles(SHOP, TARGET, attack, share)

    after = hit_rate_as_served(SHOP, joined(SHOP, made_up, is_guarded=True), TARGET, None, USERS)

    assert before <= 0.02
    assert after - before <= MOST_SHIFT


@pytest.mark.parametrize("attack", ATTACKS)
def test_fault_41_of_a_crowd_of_newcomers_few_count_for_the_target(attack):
    made_up = profiles(SHOP, TARGET, attack, 0.05)
    touched = {
        is_guarded: int((joined(SHOP, made_up, is_guarded=is_guarded).items == TARGET).sum())
        for is_guarded in (False, True)
    }
    real = int((joined(SHOP, None, is_guarded=False).items == TARGET).sum())

    assert touched[False] == real + 100
    assert touched[True] - real <= 40


def test_fault_41_the_guard_leaves_an_honest_shop_as_it_is():
    plain, guarded = (joined(SHOP, None, is_guarded=is_guarded) for is_guarded in (False, True))

    assert np.array_equal(plain.users, guarded.users)
    assert np.array_equal(plain.items, guarded.items)
    assert np.array_equal(plain.weights, guarded.weights)
