import numpy as np
import pytest

from ml.serving_index.tables import ServingIndexError
from tests.ml.small_index import ints, small_index, summing_tower


def test_orders_and_members_follow_popularity():
    index = small_index(
        np.eye(4),
        categories=["a", "b", "a", None],
        parents={"top": None, "a": "top", "b": "top"},
        stars=np.array([1.0, 5.0, 5.0, 9.0]),
        trending_weights=np.array([0.0, 1.0, 3.0, 1.0]),
    )

    assert index.popular_order.tolist() == [3, 1, 2, 0]
    assert index.trending_order.tolist() == [2, 1, 3, 0]
    assert index.category_indptr.tolist() == [0, 3, 5, 6]
    assert index.category_items.tolist() == [1, 2, 0, 2, 0, 1]


def test_vectors_are_scaled_by_the_longest_and_left_alone_when_none_is_longer_than_1():
    assert small_index([[3, 4], [0, 2]]).item_vectors.tolist() == [pytest.approx([0.6, 0.8]), pytest.approx([0.0, 0.4])]
    assert small_index([[0.5, 0], [0, 1]]).item_vectors.tolist() == [[0.5, 0.0], [0.0, 1.0]]


def model_of_two(**changes):
    """p0 lamp and p1 tent are in the model; the others were never touched."""
    vectors = np.array([[1, 0], [0, 1]], np.float32)
    return small_index(
        vectors,
        documents=["lamp", "tent", "tent", "", "unheard"],
        categories=["a", "b", None, "a", None],
        neighbours=ints(1, 0).reshape(2, 1),
        similarities=np.ones((2, 1), np.float32),
        **changes,
    )


def test_products_without_a_vector_start_from_their_content():
    index = model_of_two()

    assert index.item_vectors.tolist() == [[1, 0], [0, 1], [0, 1], [1, 0], [0, 0]]
    assert index.neighbours.tolist() == [[1], [0], [-1], [-1], [-1]]
    assert index.similarities.tolist() == [[1.0], [1.0], [0.0], [0.0], [0.0]]
    assert index.user_tower.n_items == 2


def test_a_zero_row_of_the_model_is_filled_too_and_teaches_nobody():
    index = model_of_two(item_vectors=np.array([[1, 0], [0, 0]], np.float32))

    assert index.item_vectors.tolist() == [[1, 0], [0, 0], [0, 0], [1, 0], [0, 0]]


def test_what_the_others_have_in_common_places_a_product_with_nothing_quite_like_it():
    """Material and kind each decide one half of a vector; a glass lamp is like the glass chairs and the oak lamps."""
    materials, kinds = ["oak", "steel", "glass"], ["lamp", "chair", "shelf"]
    pairs = [(m, k) for m in range(3) for k in range(3) if (m, k) != (2, 0)] * 5 + [(2, 0)]
    vectors = np.array([np.concatenate([np.eye(3)[m], np.eye(3)[k]]) for m, k in pairs], np.float32)

    index = small_index(vectors[:-1], documents=[f"{materials[m]} {kinds[k]}" for m, k in pairs])

    assert index.placement.shape == (6, 0, 6)
    assert index.item_vectors[-1] @ vectors[-1] / np.sqrt(2) > 0.9


def test_many_products_without_a_vector_do_not_hide_the_few_with_one():
    index = small_index(
        [[0, 1]], documents=["tall bright lamp", *["lamp"] * 300], stars=np.arange(301.0), categories=["a"] * 301
    )

    assert index.item_vectors.tolist() == [[0, 1]] * 301


def test_progress_rises_to_one():
    told: list[float] = []

    model_of_two(progress=lambda fraction, text: told.append(fraction))

    assert told == sorted(told)
    assert (told[0], told[-1]) == (0.0, 1.0)


def test_an_empty_catalogue_makes_an_index():
    index = small_index(np.zeros((0, 3)))

    index.check_values()
    assert (index.n_items, index.n_dimensions) == (0, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"item_category": ints(-1, 7)}, "categories: "),
        (
            {"category_ids": ["a", "b"], "category_parent": ints(1, 0)},
            "categories: the categories' parents form a loop",
        ),
        ({"item_vectors": np.eye(3, 2, dtype=np.float32)}, r"shape \(3, 2\), expected at most 2 rows"),
        ({"user_tower": summing_tower(np.eye(3, 2, dtype=np.float32))}, "user tower reads 3 items"),
        ({"raw_ids": ["x", "x"]}, "raw id 'x' is empty, repeated"),
        ({"neighbours": ints(5, 5).reshape(2, 1), "similarities": np.ones((2, 1), np.float32)}, "neighbours holds 5"),
    ],
)
def test_what_does_not_fit_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        small_index(np.eye(2), **({"raw_ids": ["x", "y"], "texts": ["", ""]} | changes))


def test_refusals_are_of_the_index():
    assert issubclass(ServingIndexError, ValueError)
