import numpy as np
import pytest

from ml.interactions import Interactions
from ml.splits import Split, SplitError, leave_one_out, random_split, refuse_overlap, temporal_split


def interactions(users, items, timestamps=None, n_users=5, n_items=9) -> Interactions:
    stamps = None if timestamps is None else np.array(timestamps)
    return Interactions(np.array(users), np.array(items), np.ones(len(users), np.float32), stamps, n_users, n_items)


def pairs(part: Interactions) -> list[tuple[int, int]]:
    return list(zip(part.users.tolist(), part.items.tolist(), strict=True))


def test_overlap_is_refused_with_the_pair():
    train, test = interactions([0, 1], [1, 2]), interactions([2, 1], [3, 2])

    with pytest.raises(SplitError, match="1 of 2 test rows are in train too, the first at test row 1: user 1, item 2"):
        refuse_overlap(train, test)
    with pytest.raises(SplitError, match="in train too"):
        Split(train, test)


def test_different_sizes_are_refused():
    with pytest.raises(SplitError, match="train has 5 users x 9 items, test 5 x 8"):
        refuse_overlap(interactions([0], [1]), interactions([0], [2], n_items=8))


def test_leave_one_out_takes_what_was_new_last():
    split = leave_one_out(interactions([0, 0, 0, 0, 2, 2], [5, 6, 7, 5, 1, 2], [1, 2, 3, 9, 8, 4]))

    assert pairs(split.test) == [(0, 7), (2, 1)]
    assert pairs(split.train) == [(0, 5), (0, 6), (0, 5), (2, 2)]


def test_leave_one_out_takes_every_repetition_and_reports_one():
    split = leave_one_out(interactions([0, 0, 0], [5, 6, 6], [1, 2, 3]))

    assert pairs(split.test) == [(0, 6)]
    assert pairs(split.train) == [(0, 5)]


def test_leave_one_out_spares_users_of_one_item():
    split = leave_one_out(interactions([0, 0, 1], [5, 5, 3], [1, 2, 3]))

    assert pairs(split.test) == []
    assert len(split.train) == 3


def test_leave_one_out_without_timestamps_follows_the_seed():
    users, items = np.repeat(np.arange(5), 9), np.tile(np.arange(9), 5)
    first, again, other = (pairs(leave_one_out(interactions(users, items), seed=seed).test) for seed in (1, 1, 2))

    assert first == again != other
    assert [user for user, _ in first] == [0, 1, 2, 3, 4]


def test_random_split_keeps_repetitions_together():
    users = np.repeat(np.arange(5), 8)
    items = np.tile([0, 1, 2, 3], 10)
    split = random_split(interactions(users, items), test_fraction=0.25, seed=3)

    assert len(split.test) == 10
    assert len(split.train) == 30
    assert set(pairs(split.test)).isdisjoint(pairs(split.train))


def test_temporal_split_keeps_equal_times_together_and_drops_known_pairs():
    split = temporal_split(interactions([0, 1, 2, 3, 0, 4], [0, 1, 2, 3, 0, 4], [1, 2, 2, 2, 5, 6]), test_fraction=0.5)

    assert pairs(split.train) == [(0, 0), (1, 1), (2, 2), (3, 3)]
    assert pairs(split.test) == [(4, 4)]


def test_temporal_split_of_nothing_and_of_one():
    assert len(temporal_split(interactions([], [], [])).train) == 0
    assert len(temporal_split(interactions([0], [0], [1.0])).train) == 1
    assert len(temporal_split(interactions([0], [0], [1.0]), test_fraction=0.9).test) == 1


def test_temporal_split_needs_timestamps():
    with pytest.raises(SplitError, match="needs timestamps"):
        temporal_split(interactions([0], [0]))


@pytest.mark.parametrize("fraction", [0.0, 1.0, -1.0, float("nan")])
def test_fractions_outside_are_refused(fraction):
    with pytest.raises(SplitError, match="expected a number between 0 and 1"):
        random_split(interactions([0], [0]), test_fraction=fraction)
