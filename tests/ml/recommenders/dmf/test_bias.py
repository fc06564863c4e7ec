"""A bias is added to the scores of an item, whoever asks."""

import numpy as np
import pytest
from scipy import sparse

from ml.recommenders.dmf.bias import spread_of_scores, with_bias
from ml.user_tower import UserTower

VECTORS = np.array([[1, 0], [0, 1], [2, 2]], np.float32)
ROWS = sparse.csr_array(np.array([[1, 0, 0], [1, 1, 0], [0, 0, 0]], np.float32))
ADDITION = np.array([0.5, -1, 0], np.float32)


def tower(*, constant: bool = False) -> UserTower:
    return UserTower((np.eye(3, 2, dtype=np.float32),), (np.zeros(2, np.float32),), True, False, False, 1, constant)


@pytest.mark.parametrize("constant", [False, True], ids=["without a bias before", "with one"])
def test_every_users_scores_rise_by_it(constant):
    before = tower(constant=constant)
    vectors = np.concatenate([VECTORS, np.full((3, 1), 4, np.float32)], axis=1) if constant else VECTORS

    after, changed = with_bias(before, vectors, ADDITION)

    difference = after.vectors(ROWS) @ changed.T - before.vectors(ROWS) @ vectors.T
    np.testing.assert_allclose(difference[:2], [ADDITION, ADDITION], atol=1e-6)
    assert not difference[2].any()  # who did nothing has no scores


def test_the_spread_is_the_mean_over_users_with_events():
    scores = tower().vectors(ROWS) @ VECTORS.T

    assert spread_of_scores(tower(), VECTORS, ROWS) == pytest.approx(scores[:2].std(axis=1).mean())
    assert spread_of_scores(tower(), VECTORS, sparse.csr_array(np.zeros((2, 3), np.float32))) == 0.0
