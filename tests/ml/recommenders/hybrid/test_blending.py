"""The weights of the blend follow the validation items."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from ml.evaluation import RankingCases
from ml.recommenders.dmf.validation import Validation
from ml.recommenders.hybrid.blending import USUAL_WEIGHTS, best_recency, best_weights


class Fixed:
    """Gives every user the same scores."""

    def __init__(self, scores):
        self._scores = np.array(scores, np.float32)

    def scores(self, rows, users=None):
        return np.tile(self._scores, (rows.shape[0], 1))


WRONG, RIGHT, SILENT = [0, 1, 5], [0, 9, 1], [0, 0, 0]
NO_RECENCY = np.zeros(3, np.float32)


@pytest.fixture
def validation():
    """User 0 touched item 0; item 1 is held out and stands against item 2."""
    train = sparse.csr_array(np.array([[1, 0, 0], [0, 1, 1]], np.float32))
    return Validation(train, RankingCases(np.array([0]), np.array([1]), np.array([[2]])), NO_RECENCY)


def test_a_part_that_knows_better_is_given_weight(validation):
    weights = best_weights(Fixed(WRONG), Fixed(RIGHT), Fixed(SILENT), validation)

    assert weights.ials > 0.3  # as much as is needed to overrule the first part
    assert weights.linear == 0.0


def test_the_usual_weights_stay_when_nothing_is_better(validation):
    assert best_weights(Fixed(RIGHT), Fixed(SILENT), Fixed(SILENT), validation) == USUAL_WEIGHTS


def test_the_usual_weights_stay_without_cases(validation):
    none = np.zeros(0, np.int32)
    empty = Validation(validation.train, RankingCases(none, none, np.zeros((0, 2), np.int32)), NO_RECENCY)

    assert best_weights(Fixed(RIGHT), Fixed(RIGHT), Fixed(RIGHT), empty) == USUAL_WEIGHTS


def recency_of(validation, *, found):
    """DMF is wrong by 4; the held-out item's recency makes up for it from .3 on."""
    return best_recency(
        lambda weight: Fixed([0, 1 + 10 * weight, 5 - 10 * weight]),
        found,
        Fixed(SILENT),
        Fixed(SILENT),
        USUAL_WEIGHTS,
        validation,
    )


def test_recency_weighs_what_the_blend_needs(validation):
    recent = replace(validation, recency=np.array([0, 1, -1], np.float32))

    assert recency_of(recent, found=0.0) == 0.3
    assert recency_of(recent, found=0.6) == 0.6


def test_recency_stays_as_found_where_there_are_no_times(validation):
    assert recency_of(validation, found=0.1) == 0.1
