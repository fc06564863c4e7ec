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


def test_first_relevant_item_of_lists():
    np.testing.assert_array_equal(metrics.list_hit_rate_at_k(LISTS, RELEVANT, 1), [0, 1, np.nan])
    np.testing.assert_array_equal(metrics.list_hit_rate_at_k(LISTS, RELEVANT, 2), [1, 1, np.nan])
    np.testing.assert_array_equal(metrics.list_reciprocal_rank(LISTS, RELEVANT, 3), [0.5, 1, np.nan])


def test_novelty_is_self_information_in_bits():
    users_of_item = np.array([8, 4, 1, 0])
    lists = np.array([[0, 1], [2, -1], [3, 2], [-1, -1]], np.int32)

    # 8 users: shares 1, 1/2, 1/8 and, touched by nobody, as if by one
    np.testing.assert_array_equal(metrics.novelty(lists, users_of_item, 8), [0.5, 3.0, 3.0, np.nan])
    with pytest.raises(metrics.MetricError, match="an item has 8 users of 7"):
        metrics.novelty(lists, users_of_item, 7)


def test_personalisation_is_one_minus_the_mean_overlap():
    # overlaps of the three pairs: 2/2, 1/2, 1/2
    assert metrics.personalisation(np.array([[0, 1], [1, 0], [1, 2]], np.int32), 4) == pytest.approx(1 / 3)
    assert metrics.personalisation(np.array([[0, 1], [1, 0]], np.int32), 4) == pytest.approx(0, abs=1e-12)
    assert metrics.personalisation(np.array([[0, 1], [2, 3]], np.int32), 4) == 1.0
    # one shared item of lists of 1 and 4: 1 / sqrt(1 * 4); the empty list is passed over
    uneven = np.array([[0, -1, -1, -1], [0, 1, 2, 3], [-1, -1, -1, -1]], np.int32)
    assert metrics.personalisation(uneven, 4) == pytest.approx(0.5)
    assert np.isnan(metrics.personalisation(np.array([[0, 1]], np.int32), 4))


def test_personalisation_equals_the_sum_over_pairs():
    rng = np.random.default_rng(0)
    lists = np.stack([rng.permutation(30)[:5] for _ in range(40)]).astype(np.int32)
    shared = [np.intersect1d(lists[a], lists[b]).size / 5 for a in range(40) for b in range(a)]

    assert metrics.personalisation(lists, 30) == pytest.approx(1 - np.mean(shared))


def test_gini_of_exposure():
    assert metrics.exposure_gini(np.array([[0, 1], [2, 3]], np.int32), 4) == 0.0
    assert metrics.exposure_gini(np.array([[2], [2], [2]], np.int32), 4) == 1.0
    # places by size 0, 1, 3 of 4: (-2 * 0 + 0 * 1 + 2 * 3) / (4 * 2)
    assert metrics.exposure_gini(np.array([[0, 1], [0, -1], [0, -1]], np.int32), 3) == 0.75
    assert np.isnan(metrics.exposure_gini(np.full((2, 2), -1, np.int32), 3))


def test_coverage_counts_different_items():
    assert metrics.coverage(LISTS, 8) == 0.5
    assert metrics.coverage(np.zeros((0, 3), np.int32), 0) == 0.0


def test_lists_and_k_are_checked():
    with pytest.raises(metrics.MetricError, match=r"expected lists \[3, >= 4\], got \(3, 3\)"):
        metrics.list_recall_at_k(LISTS, RELEVANT, 4)
    with pytest.raises(metrics.MetricError, match="k is 0"):
        metrics.hit_rate_at_k(np.array([0]), 0)
