import numpy as np
import pytest
from scipy import sparse

from ml.recommenders.base import RecommenderError
from ml.recommenders.embeddings import FittedEmbeddings

ROWS = sparse.csr_array(np.zeros((2, 3), np.float32))


class FittedExample(FittedEmbeddings):
    name = "example"


def fitted() -> FittedExample:
    users = np.array([[1, 0], [0, 1], [1, 1]], np.float32)
    items = np.array([[1, 2], [0, 0], [-3, 4]], np.float32)
    return FittedExample(users, items, np.array([True, False, True]))


def test_scores_are_dot_products_of_the_users_asked_for_with_unknown_items_last():
    assert fitted().scores(ROWS, np.array([2, 0], np.int32)).tolist() == [[3, 0, 1], [1, -4, -3]]


@pytest.mark.parametrize(
    ("users", "message"),
    [
        (None, r"example has no fold-in: give users, int \[2\], their indices at the fit"),
        ([0], r"users: expected int \[2\], got int64 \(1,\)"),
        ([0.0, 1.0], r"users: expected int \[2\], got float64 \(2,\)"),
        ([0, 3], r"users\[1\] is 3, example was fitted on users 0 to 2; fit again"),
        ([-1, 0], r"users\[0\] is -1, example was fitted on users 0 to 2"),
    ],
    ids=["none", "too few", "fractions", "too large", "negative"],
)
def test_users_that_cannot_be_scored_are_refused(users, message):
    with pytest.raises(RecommenderError, match=message):
        fitted().scores(ROWS, None if users is None else np.array(users))
