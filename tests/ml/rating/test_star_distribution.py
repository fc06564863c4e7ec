import numpy as np
import pytest

from ml.rating.history_features import history_features_of, levels_of
from ml.rating.ratings import Ratings
from ml.rating.registry import rating_model
from ml.rating.review_sentiment import sentiments_of
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


def test_the_review_of_a_rating_changes_nothing_about_that_rating():
    """Each rating's own features are the same whatever its own words are."""
    train, _ = planted()
    words = [f"word{row % 7} item" for row in range(len(train))]
    before = history_features_of(_with_reviews(train, words), use_reviews=True, seed=0)
    others, earlier = before.features_of_others(), before.features_of_earlier()
    assert earlier is not None
    changed = before.user_facts.copy(), before.item_facts.copy()
    for facts in changed:
        facts[5, -2:] = 99.0  # tone and length of that review
    after = type(before)(before.ratings, before.levels, before.level_of, before.shares, *changed)

    changed_earlier = after.features_of_earlier()
    assert changed_earlier is not None
    np.testing.assert_allclose(after.features_of_others()[5], others[5], atol=1e-9)
    np.testing.assert_allclose(changed_earlier[5], earlier[5], atol=1e-9)
    assert not np.allclose(after.features_of_others(), others)


def test_later_ratings_are_not_in_the_features_of_earlier_ones():
    ratings = Ratings.from_arrays([0, 0, 0], [0, 1, 2], [5, 1, 3], timestamps=[1, 2, 3], n_users=1, n_items=3)
    past = history_features_of(ratings, use_reviews=False, seed=0)
    earlier = past.features_of_earlier()

    assert earlier is not None
    np.testing.assert_allclose(np.expm1(earlier[:, 0]), [0, 1, 2])  # the user's number of ratings until then
    np.testing.assert_allclose(np.expm1(past.features_of_others()[:, 0]), [2, 2, 2])


def test_levels_are_the_values_or_tenths_of_the_scale():
    assert levels_of(np.array([3.0, 1.0, 3.0], np.float32), (1, 5))[0].tolist() == [1.0, 3.0]
    levels, level_of = levels_of(np.linspace(0, 100, 101, dtype=np.float32), (0, 100))

    assert levels.size == 10
    assert (np.diff(levels) > 0).all()
    assert level_of[[0, 100]].tolist() == [0, 9]


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


def test_tones_follow_the_words_and_need_enough_of_them():
    texts = [f"{'good' if row % 2 else 'bad'} thing {row}" for row in range(80)]
    stars = np.where(np.arange(80) % 2, 5.0, 1.0).astype(np.float32)
    sentiments = sentiments_of(texts, stars, seed=0)

    assert sentiments[1::2].min() > sentiments[::2].max()
    assert sentiments_of(texts[:10], stars[:10], seed=0).tolist() == [3.0] * 10
    assert sentiments_of([""] * 80, stars, seed=0).tolist() == [3.0] * 80


def _with_reviews(ratings: Ratings, words: list[str]) -> Ratings:
    return Ratings(ratings.interactions, ratings.scale, tuple(words), None)
