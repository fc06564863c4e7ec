import numpy as np
import pytest
from scipy import sparse

from ml import metrics

LISTS = np.array([[0, 2, 1], [3, -1, -1], [1, 0, 2]], np.int32)
RELEVANT = sparse.csr_array(np.array([[0, 1, 1, 0], [0, 0, 0, 1], [0, 0, 0, 0]]))


def test_rank_counts_what_scores_as_much():
    positives = np.array([3.0, 0.5, -np.inf])
    negatives = np.array([[1.0, 3.0, 4.0], [0.1, np.nan, np.nan], [-np.inf, 1, 2]])

    assert metrics.ranks_of(positives, negatives).tolist() == [2, 0, 3]


def test_constant_scores_rank_last():
    assert metrics.ranks_of(np.zeros(1), np.zeros((1, 99))).tolist() == [99]


def test_ranks_refuse_nan_and_shapes():
    with pytest.raises(metrics.MetricError, match="positive score of case 1 is NaN"):
        metrics.ranks_of(np.array([1, np.nan]), np.zeros((2, 3)))
    with pytest.raises(metrics.MetricError, match=r"got \(2,\) and \(3, 1\)"):
        metrics.ranks_of(np.zeros(2), np.zeros((3, 1)))


def test_one_relevant_item():
    ranks = np.array([0, 1, 9, 10])

    assert metrics.hit_rate_at_k(ranks, 10).tolist() == [1, 1, 1, 0]
    np.testing.assert_allclose(metrics.ndcg_at_k(ranks, 10), [1, 1 / np.log2(3), 1 / np.log2(11), 0])
    np.testing.assert_allclose(metrics.reciprocal_rank(ranks), [1, 0.5, 0.1, 1 / 11])


def test_recall_of_lists():
    np.testing.assert_allclose(metrics.list_recall_at_k(LISTS, RELEVANT, 2), [0.5, 1, np.nan])
    np.testing.assert_allclose(metrics.list_recall_at_k(LISTS, RELEVANT, 1), [0, 1, np.nan])


def test_ndcg_of_lists():
    ideal = 1 + 1 / np.log2(3)
    expected = [(1 / np.log2(3) + 1 / np.log2(4)) / ideal, 1, np.nan]

    np.testing.assert_allclose(metrics.list_ndcg_at_k(LISTS, RELEVANT, 3), expected)


def test_coverage_counts_different_items():
    assert metrics.coverage(LISTS, 8) == 0.5
    assert metrics.coverage(np.zeros((0, 3), np.int32), 0) == 0.0


def test_lists_and_k_are_checked():
    with pytest.raises(metrics.MetricError, match=r"expected lists \[3, >= 4\], got \(3, 3\)"):
        metrics.list_recall_at_k(LISTS, RELEVANT, 4)
    with pytest.raises(metrics.MetricError, match="k is 0"):
        metrics.hit_rate_at_k(np.array([0]), 0)
