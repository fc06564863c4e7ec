"""A rating never enters its own features, and later ratings do not enter those of earlier ones."""

import numpy as np

from ml.rating.history_features import history_features_of, levels_of
from ml.rating.ratings import Ratings
from tests.ml.rating.planted import planted


def test_the_review_of_a_rating_changes_nothing_about_that_rating():
    """Each rating's own features are the same whatever its own words are."""
    train, _ = planted()
    words = [f"word{row % 7} item" for row in range(len(train))]
    before = history_features_of(_with_reviews(train, words), use_reviews=True, seed=0)
    others, earlier = before.features_of_others(), before.features_of_earlier()
    assert earlier is not None
    changed = before.user_values.copy(), before.item_values.copy()
    for values in changed:
        values[5, -2:] = 99.0  # sentiment and length of that review
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


def _with_reviews(ratings: Ratings, words: list[str]) -> Ratings:
    return Ratings(ratings.interactions, ratings.scale, tuple(words), None)
