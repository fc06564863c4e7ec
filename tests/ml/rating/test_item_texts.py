import numpy as np
import pytest

from ml.rating.item_texts import text_vectors
from ml.rating.ratings import ItemContent, Ratings
from tests.ml.rating.planted import N_ITEMS, planted


def test_text_is_the_title_and_what_was_written_before():
    train, _ = planted()
    before, after = text_vectors(train, use_reviews=True, seed=0)
    titles, same = text_vectors(train, use_reviews=False, seed=0)
    assert train.timestamps is not None
    first = np.argmin(np.where(train.items == 4, train.timestamps, np.inf))

    assert (before.shape, after.shape) == ((len(train), 64), (N_ITEMS, 64))
    np.testing.assert_array_equal(titles, same[train.items])
    # Before an item's first rating there is the title alone; its direction does not depend on any review's place.
    assert np.linalg.norm(before[first]) == pytest.approx(1.0, abs=1e-5)
    assert not np.allclose(before[first], after[4], atol=1e-3)


def test_without_any_text_the_vectors_are_zero():
    ratings = Ratings.from_arrays([0, 1], [0, 0], [4, 5], n_users=2, n_items=2, content=ItemContent(("", "")))
    before, after = text_vectors(ratings, use_reviews=True, seed=0)

    assert not before.any()
    assert not after.any()
