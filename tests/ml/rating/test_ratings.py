from typing import Any

import numpy as np
import pytest

from ml.interactions import Interactions
from ml.rating.ratings import ItemContent, Ratings, RatingsError
from ml.vocabulary import Vocabulary


def ratings(**changes) -> Ratings:
    given: dict[str, Any] = {
        "users": [0, 1, 1],
        "items": [0, 0, 1],
        "stars": [4.0, 5.0, 1.0],
        "n_users": 2,
        "n_items": 2,
    }
    return Ratings.from_arrays(**(given | changes))


def test_columns_have_types_and_sizes():
    made = ratings(timestamps=[1, 2, 3])

    assert (made.users.dtype, made.items.dtype, made.stars.dtype) == (np.int32, np.int32, np.float32)
    assert (len(made), made.n_users, made.n_items) == (3, 2, 2)
    assert made.timestamps is not None
    assert made.timestamps.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"stars": [4.0, np.nan, 1.0]}, r"stars\[1\] is nan, expected 1 to 5"),
        ({"stars": [4.0, 5.0, -1.0]}, r"stars\[2\] is -1.0, expected 1 to 5"),
        ({"stars": [6, 5, 1]}, r"stars\[0\] is 6, expected 1 to 5"),
        ({"stars": [4, 5, 1], "scale": (0, 4)}, r"stars\[1\] is 5, expected 0 to 4"),
        ({"stars": ["4", "5", "1"]}, "stars: expected numbers"),
        ({"stars": [4.0, 5.0]}, r"weights has shape \(2,\), expected \(3,\) as users"),
        ({"scale": (5, 1), "stars": []}, r"scale is \(5, 1\), expected two ascending numbers"),
        ({"users": [0, 1, 2]}, r"users\[2\] is 2, expected 0 to 1"),
        ({"items": [0, -1, 1]}, r"items\[1\] is -1, expected 0 to 1"),
        ({"items": [0, 1, 1]}, "rows 1 and 2 both rate user 1, item 1; keep one"),
        ({"timestamps": [1, np.inf, 2]}, r"timestamps\[1\] is inf"),
        ({"review_texts": ["good"]}, "review_texts has 1 entries, expected 3"),
        ({"content": ItemContent(("one",))}, "content.texts has 1 entries, expected 2"),
    ],
    ids=lambda value: str(list(value))[:40] if isinstance(value, dict) else "",
)
def test_what_is_no_rating_is_refused_by_row(changes, message):
    changes = {"users": [], "items": []} | changes if changes.get("stars") == [] else changes

    with pytest.raises(RatingsError, match=message):
        ratings(**changes)


def test_raw_ids_become_indices_and_an_unknown_one_is_refused():
    vocabularies = {"user_vocabulary": Vocabulary(["ann", "bob"]), "item_vocabulary": Vocabulary(["cup"])}
    made = Ratings.from_raw(["bob", "ann"], ["cup", "cup"], [2, 3], timestamps=[5, 6], **vocabularies)

    assert (made.users.tolist(), made.items.tolist(), made.n_users) == ([1, 0], [0, 0], 2)
    with pytest.raises(RatingsError, match="row 1: user 'eve' is not in the vocabulary"):
        Ratings.from_raw(["bob", "eve"], ["cup", "cup"], [2, 3], **vocabularies)


def test_select_keeps_texts_and_sizes():
    some = ratings(review_texts=["a", "b", "c"]).select(np.array([False, True, True]))

    assert (some.review_texts, some.stars.tolist(), some.n_users) == (("b", "c"), [5.0, 1.0], 2)


def test_latest_of_a_pair_is_kept_and_of_equal_times_the_last_row():
    users, items = np.array([0, 0, 1, 0, 1]), np.array([3, 3, 3, 4, 3])

    assert Ratings.latest_of(users, items, np.array([9.0, 5.0, 1.0, 0.0, 1.0])).tolist() == [0, 3, 4]
    assert Ratings.latest_of(users, items, None).tolist() == [1, 3, 4]


def test_weights_of_interactions_are_held_against_the_scale():
    counted = Interactions(np.array([0]), np.array([0]), np.array([7.0]), None, 1, 1)

    with pytest.raises(RatingsError, match=r"stars\[0\] is 7.0"):
        Ratings(counted)


@pytest.mark.parametrize("vectors", [np.zeros((2, 4), np.float32), np.full((1, 4), np.nan, np.float32)])
def test_pictures_that_do_not_fit_are_refused(vectors):
    with pytest.raises(RatingsError, match="image_vectors"):
        ItemContent(("one",), vectors)
