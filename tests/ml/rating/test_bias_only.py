import pytest

from ml.rating.ratings import Ratings
from ml.rating.registry import rating_model


def test_the_shrinkage_is_given_or_chosen_by_cross_validation():
    """One rating of 5 beside three of 3: the mean is 3.5; the item's bias is 1.5 / 2, and the rest goes to the user."""
    ratings = Ratings.from_arrays([0, 1, 2, 3], [0, 1, 1, 1], [5, 3, 3, 3], n_users=4, n_items=2)

    given = rating_model("bias_only", user_shrinkage=1e9, item_shrinkage=1.0).fit(ratings)
    chosen = rating_model("bias_only:tuned").fit(ratings)

    assert given.predict([0], [0])[0] == pytest.approx(3.5 + 1.5 / 2, abs=1e-5)
    assert given.predict([1], [1])[0] == pytest.approx(3.5 - 1.5 / 4, abs=1e-5)
    assert (chosen.settings["user_shrinkage"], chosen.settings["item_shrinkage"]) == (5.0, 10.0)  # too few to choose
