import numpy as np
import pytest

from benchmarks.datasets.planted import OWN_TASTE, TASTES, own_taste_share, planted_set


def test_pairs_are_different_and_mostly_of_the_own_taste():
    planted = planted_set(20_000, seed=1)
    made = planted.interactions
    pairs = made.users.astype(np.int64) * made.n_items + made.items
    is_own = planted.item_taste[made.items] == planted.user_taste[made.users]

    assert (len(made), made.n_users, made.n_items) == (20_000, 2_000, 2_000)
    assert np.unique(pairs).size == 20_000
    # different pairs are fewer where they are dense, so a little below what was drawn
    assert OWN_TASTE - 0.1 < is_own.mean() <= OWN_TASTE + 0.2 / TASTES + 0.01


def test_the_seed_decides():
    first, again, other = (planted_set(2_000, seed=seed).interactions.items.tolist() for seed in (1, 1, 2))

    assert first == again != other


def test_lists_of_the_planted_truth_are_all_own():
    planted = planted_set(2_000)
    users = np.arange(2, dtype=np.int32)
    own = [np.flatnonzero(planted.item_taste == planted.user_taste[user])[:2] for user in users]
    half = np.array([[*own[0]], [own[1][0], -1]], np.int32)

    assert own_taste_share(half, users, planted) == 1.0
    other = np.flatnonzero(planted.item_taste != planted.user_taste[0])[:1]
    assert own_taste_share(np.array([[own[0][0], other[0]]], np.int32), users[:1], planted) == 0.5
    assert own_taste_share(np.full((1, 2), -1, np.int32), users[:1], planted) == 0.0


def test_too_few_are_refused():
    with pytest.raises(ValueError, match="expected at least 2000"):
        planted_set(100)
