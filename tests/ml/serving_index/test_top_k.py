import numpy as np
import pytest

from ml.serving_index.top_k import descending, top_k

SCORES = np.array([0.5, 2.0, 0.5, -np.inf, 2.0, 1.0], np.float32)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, []),
        (-1, []),
        (1, [1]),
        (2, [1, 4]),
        (3, [1, 4, 5]),
        (4, [1, 4, 5, 0]),
        (6, [1, 4, 5, 0, 2, 3]),
        (99, [1, 4, 5, 0, 2, 3]),
    ],
)
def test_largest_come_best_first_and_ties_by_position(count, expected):
    assert top_k(SCORES, count).tolist() == expected


def test_largest_of_nothing():
    assert top_k(np.zeros(0, np.float32), 3).tolist() == []


def test_largest_agrees_with_a_full_sort():
    scores = np.random.default_rng(0).integers(0, 20, 1000).astype(np.float32)

    for count in (1, 10, 500, 999):
        assert top_k(scores, count).tolist() == descending(scores)[:count].tolist()


def test_descending_keeps_the_order_of_equals():
    assert descending(SCORES).tolist() == [1, 4, 5, 0, 2, 3]
