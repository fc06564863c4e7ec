"""The blend of vectors ranks as the blend of standardised scores does."""

import numpy as np
import pytest
from scipy import sparse

from ml.hybrid_tower import HybridTower, covariance, divided_by_deviation
from ml.ridge_fold_in import RidgeFoldIn
from ml.user_tower import UserTower

RANDOM = np.random.default_rng(4)
KERNEL = RANDOM.normal(size=(9, 4)).astype(np.float32)
FREE = RANDOM.normal(size=(9, 4)).astype(np.float32)
FACTORS = RANDOM.normal(size=(9, 3)).astype(np.float32)
ROWS = sparse.csr_array((RANDOM.random((5, 9)) < 0.5).astype(np.float32))


def blended(weight=0.6, *, with_fold_in=True):
    tower = UserTower((KERNEL,), (np.zeros(4, np.float32),), True, True, False)
    fold_in = RidgeFoldIn(FACTORS, 2.0, 5.0) if with_fold_in else None
    return HybridTower(tower, fold_in, weight, covariance(FREE), covariance(FACTORS))


def standardised(scores):
    return scores / scores.std(axis=1, keepdims=True)


def test_one_product_of_vectors_is_the_blend_of_standardised_scores():
    tower = blended(0.6)

    scores = tower.vectors(ROWS) @ np.concatenate([FREE, FACTORS], axis=1).T
    expected = standardised(tower.tower.vectors(ROWS) @ FREE.T) + 0.6 * standardised(
        tower.fold_in.vectors(ROWS) @ FACTORS.T
    )

    np.testing.assert_allclose(scores, expected, rtol=1e-4, atol=1e-4)


def test_one_row_is_as_among_others():
    row = ROWS[[2], :]

    np.testing.assert_allclose(
        blended().vector(row.indices, row.data), blended().vectors(ROWS)[2], rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("with_fold_in", [True, False])
def test_arrays_bring_it_back(with_fold_in):
    tower = blended(with_fold_in=with_fold_in)

    again = HybridTower.from_arrays(tower.to_arrays("shopper_"), "shopper_")

    assert (again.n_items, again.n_dimensions) == (9, 7 if with_fold_in else 4)
    np.testing.assert_allclose(again.vectors(ROWS), tower.vectors(ROWS), rtol=1e-6)


def test_nothing_touched_is_the_zero_vector():
    assert not blended().vector([], []).any()


def test_items_all_alike_leave_vectors_finite():
    same = covariance(np.ones((3, 2), np.float32))

    assert np.isfinite(divided_by_deviation(np.ones((1, 2), np.float32), same)).all()
