import numpy as np
import pytest

from ml.rating.registry import rating_model
from ml.rating.star_distribution import HeldOutPredictions, fit_regression, median_weight
from ml.rating_prediction.star_predictor import StarPredictor
from tests.ml.rating.planted import planted


def test_chances_sum_to_one_and_favour_the_truth():
    train, left_out = planted()
    fitted = rating_model("star_distribution").fit(train)
    assert isinstance(fitted, StarPredictor)
    chances = fitted.distribution(left_out.users.astype(np.int64), left_out.items.astype(np.int64))

    np.testing.assert_allclose(chances.sum(axis=1), 1.0, atol=1e-5)
    assert fitted.levels.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert np.corrcoef(chances @ fitted.levels, left_out.stars)[0, 1] > 0.95


@pytest.mark.parametrize("n_levels", [2, 3])
def test_a_regression_separates_what_can_be_separated(n_levels):
    level_of = np.arange(60) % n_levels
    features = np.column_stack([level_of * 5.0, np.ones(60)])
    chances = fit_regression(features, level_of, n_levels, 100.0).probabilities(features)

    assert (chances.argmax(axis=1) == level_of).all()


def test_a_level_that_does_not_occur_has_no_chance():
    regression = fit_regression(np.zeros((4, 2)), np.array([1, 1, 1, 1]), 3, 1.0)

    np.testing.assert_allclose(regression.probabilities(np.zeros((1, 2))), [[0.0, 1.0, 0.0]], atol=1e-9)


def test_the_median_gets_weight_only_while_the_squared_error_allows():
    """Stars 5, 5, 5, 1; mean 4, median 5: the median has the smaller absolute, the mean the smaller squared error."""
    stars = np.array([5.0, 5.0, 5.0, 1.0])
    guesses = [HeldOutPredictions(stars, np.full(4, 4.0), np.full(4, 5.0), np.full(4, 4.0))]

    assert median_weight(guesses, 0.0, allowance=0.0) == 0.0
    assert median_weight(guesses, 0.0, allowance=10.0) == 1.0
    assert median_weight(guesses, 0.0, allowance=0.01) == pytest.approx(0.2)
