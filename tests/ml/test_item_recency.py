"""Items that come late in histories are recent."""

import numpy as np
import pytest

from ml.interactions import Interactions
from ml.item_recency import EVENTS_OF_PRIOR, item_recency


def histories(*told: list[int], n_items: int = 4, times: list[float] | None = None) -> Interactions:
    """One list of items per user, oldest first."""
    users = np.repeat(np.arange(len(told), dtype=np.int32), [len(one) for one in told])
    items = np.concatenate([np.array(one, np.int32) for one in told])
    at = np.arange(users.size, dtype=np.float64) if times is None else np.array(times)
    return Interactions(users, items, np.ones(users.size, np.float32), at, len(told), n_items)


def test_what_comes_last_is_most_recent():
    recency = item_recency(histories([0, 1, 2], [0, 1, 2], [0, 2]))

    assert recency[0] < recency[1] < recency[2]
    assert recency[3] == 0.0
    assert recency[:3].mean() == pytest.approx(0.0, abs=1e-6)
    assert recency[:3].std() == pytest.approx(1.0, abs=1e-6)


def test_the_places_and_the_prior():
    """Places of one user's two items: 1/4 and 3/4; five events in the middle draw them to it."""
    recency = item_recency(histories([0, 1], n_items=2))
    late = (0.75 + EVENTS_OF_PRIOR * 0.5) / (1 + EVENTS_OF_PRIOR)

    assert late > 0.5
    np.testing.assert_allclose(recency, [-1, 1], atol=1e-6)


def test_many_late_events_say_more_than_one():
    recency = item_recency(histories(*[[0, 1]] * 20, [0, 2]))

    assert recency[1] > recency[2] > recency[0]


def test_the_order_of_the_rows_does_not_matter_only_their_time():
    told = histories([0, 1, 2], [1, 2, 0])
    shuffled = told.select(np.random.default_rng(0).permutation(6))

    np.testing.assert_array_equal(item_recency(told), item_recency(shuffled))


def test_events_of_a_user_at_one_time_share_a_place():
    recency = item_recency(histories([0, 1, 2], n_items=3, times=[1, 2, 2]))

    assert recency[1] == recency[2] > recency[0]


@pytest.mark.parametrize(
    "told",
    [histories([0], [1], [2]), histories([0, 1], [1, 0])],
    ids=["single events", "either way round"],
)
def test_nothing_is_recent_where_nothing_differs(told):
    assert not item_recency(told).any()


def test_nothing_is_recent_without_times_or_events():
    matrix = np.ones((2, 3), np.float32)
    none = np.zeros(0, np.int32)

    assert item_recency(Interactions.from_csr(matrix)).tolist() == [0, 0, 0]
    assert item_recency(Interactions(none, none, np.zeros(0, np.float32), np.zeros(0), 2, 3)).tolist() == [0, 0, 0]
