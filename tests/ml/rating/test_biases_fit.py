import numpy as np
import pytest

from ml.rating.biases_fit import choose_shrinkage, fit_biases
from ml.rating.ratings import Ratings
from tests.ml.rating.planted import goodness, planted


def test_one_item_is_shrunk_by_the_formula():
    """Users 0 and 1 rate the only item 5 and 3: its residuals sum to 0, theirs are +-1 over 1 + shrinkage."""
    ratings = Ratings.from_arrays([0, 1], [0, 0], [5, 3], n_users=3, n_items=1)
    biases = fit_biases(ratings, user_shrinkage=1.0, item_shrinkage=2.0)

    assert biases.mean == 4.0
    np.testing.assert_allclose(biases.of_users, [0.5, -0.5, 0.0])
    np.testing.assert_allclose(biases.of_items, [0.0])
    assert biases.user_is_known.tolist() == [True, True, False]


def test_without_shrinkage_the_planted_truth_is_found():
    train, left_out = planted()
    biases = fit_biases(train, user_shrinkage=0.0, item_shrinkage=0.0)
    predicted = biases.predict(left_out.users.astype(np.int64), left_out.items.astype(np.int64))

    np.testing.assert_allclose(predicted, left_out.stars, atol=0.01)
    assert np.corrcoef(biases.of_items, goodness(np.arange(train.n_items)))[0, 1] > 0.999


def test_clear_data_are_shrunk_little_and_noise_much():
    train, _ = planted()
    noise = np.random.default_rng(0).permutation(train.stars)
    noisy = Ratings.from_arrays(train.users, train.items, noise, n_users=train.n_users, n_items=train.n_items)

    assert choose_shrinkage(train, seed=0) == (1.0, 1.0)
    assert min(choose_shrinkage(noisy, seed=0)) >= 20.0


@pytest.mark.parametrize("n", [1, 4])
def test_too_few_to_choose_gives_the_defaults(n):
    ratings = Ratings.from_arrays(np.arange(n), np.zeros(n, int), np.full(n, 3), n_users=n, n_items=1)

    assert choose_shrinkage(ratings, seed=0) == (5.0, 10.0)
