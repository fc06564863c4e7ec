"""Recency has the weight that validation items support."""

import numpy as np
import pytest
from scipy import sparse

from ml.evaluation import RankingCases
from ml.recommenders.dmf.bias import spread_of_scores
from ml.recommenders.dmf.recency import WEIGHTS, best_recency
from ml.recommenders.dmf.validation import Validation
from ml.user_tower import UserTower


def ready_case(recency: list[float]) -> tuple[UserTower, np.ndarray, Validation]:
    """Ten users like item 0 more than item 1, which is held out for all of them."""
    tower = UserTower((np.ones((3, 1), np.float32),), (np.zeros(1, np.float32),), True, False, False)
    rows = sparse.csr_array(np.tile(np.array([0, 0, 1], np.float32), (10, 1)))
    users, positives = np.arange(10, dtype=np.int32), np.ones(10, np.int32)
    cases = RankingCases(users, positives, np.zeros((10, 1), np.int32))
    return tower, np.array([[1.0], [0.8], [0.0]], np.float32), Validation(rows, cases, np.array(recency, np.float32))


def test_the_smallest_weight_that_helps_is_taken():
    tower, vectors, validation = ready_case([-1, 1, 0])
    spread = spread_of_scores(tower, vectors, validation.train)

    expected = next(weight for weight in WEIGHTS if 2 * weight * spread > 0.2)
    assert best_recency(tower, vectors, validation) == expected


@pytest.mark.parametrize("recency", [[1, -1, 0], [0, 0, 0]], ids=["misleading", "none"])
def test_recency_that_does_not_help_weighs_nothing(recency):
    assert best_recency(*ready_case(recency)) == 0.0
