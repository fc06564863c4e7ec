import numpy as np
import pytest

from ml.rating.dot_sigmoid import mean_logit
from ml.rating.ratings import Ratings
from tests.ml.rating.conversion import assert_predictor_agrees


def test_the_network_with_biases_and_its_predictor_agree():
    assert_predictor_agrees("dot_sigmoid:tuned")


@pytest.mark.parametrize(("stars", "share"), [([2, 4], 0.5), ([1, 2], 0.125), ([5, 5], 0.98)])
def test_the_sigmoid_starts_at_the_mean_which_stays_off_the_ends(stars, share):
    ratings = Ratings.from_arrays([0, 1], [0, 0], stars, n_users=2, n_items=1)

    assert 1 / (1 + np.exp(-mean_logit(ratings))) == pytest.approx(share)
