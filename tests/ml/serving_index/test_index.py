import tracemalloc

import numpy as np
import pytest

from ml.serving_index import OverlayEntry, ServingIndex
from tests.ml.small_index import floats, ints, small_index


@pytest.fixture
def index() -> ServingIndex:
    """p0 red lamp in lamps; p1 chair in chairs; p2 blue lamp in lamps; p3 without category and text."""
    return small_index(
        [[1, 0], [0, 1], [0.6, 0.8], [-1, 0]],
        documents=["red lamp", "chair", "blue lamp", ""],
        categories=["lamps", "chairs", "lamps", None],
        parents={"furniture": None, "lamps": "furniture", "chairs": "furniture"},
        stars=np.array([1.0, 20.0, 5.0, 0.0]),
        trending_weights=np.array([1.0, 0.0, 4.0, 2.0]),
        neighbours=np.array([[2, 1], [0, -1], [0, -1], [-1, -1]], np.int32),
        similarities=np.array([[0.9, 0.5], [0.5, 0], [0.9, 0], [0, 0]], np.float32),
    )


@pytest.fixture
def view(index) -> ServingIndex:
    """p1 is now a red lamp, x a new chair that many like, y is new and nothing is known of it."""
    return index.with_overlay(
        [
            OverlayEntry("p1", floats(0.8, 0.6), "lamps", "red lamp", 0.1),
            OverlayEntry("x", floats(0, -2), "chairs", "chair", 0.9, 1.0),
            OverlayEntry("y", None, None, ""),
        ]
    )


def test_raw_ids_and_items(index, view):
    assert (index.n_items, view.n_items, view.n_base) == (4, 6, 4)
    assert [view.index_of(raw) for raw in ("p0", "p1", "x", "y", "z")] == [0, 1, 4, 5, None]
    assert index.index_of("x") is None
    assert view.indices_of(["y", "z", "p3"]).tolist() == [5, -1, 3]
    assert view.raw_ids_of(ints(5, 0, 4)) == ["y", "p0", "x"]
    assert view.raw_ids_of(ints()) == []


def test_categories_are_found_by_raw_id(index):
    assert [index.category_index_of(raw) for raw in ("furniture", "chairs", "sofas", "", None)] == [
        0,
        2,
        None,
        None,
        None,
    ]


def test_item_data_knows_the_overlay(view):
    items = ints(5, 0, 1, 4)

    assert view.vectors_of(items).tolist() == [[0, 0], [1, 0], pytest.approx([0.8, 0.6]), [0, -1]]
    assert view.categories_of(items).tolist() == [-1, 1, 1, 2]
    assert view.popularity_of(items).tolist() == pytest.approx([0, np.log(2) / np.log(21), 0.1, 0.9])
    assert view.trending_of(items).tolist() == [0.0, 0.25, 0.0, 1.0]
    rows = view.terms_of(items)
    assert [view.terms.words_of(rows.take(np.array([row])).indices) for row in range(4)] == [
        (), ("lamp", "red"), ("lamp", "red"), ("chair",),
    ]  # fmt: skip


def test_behaviour_of_a_changed_product_stays_and_a_new_one_has_none(view):
    neighbours, similarities = view.neighbours_of(ints(1, 4))

    assert neighbours.tolist() == [[0, -1], [-1, -1]]
    assert similarities.tolist() == [[0.5, 0.0], [0.0, 0.0]]
    assert (view.bought_with_of(ints(4))[0] == -1).all()


def test_cosines_of_all_items(index, view):
    assert index.cosines(floats(0, 1)).tolist() == pytest.approx([0, 1, 0.8, 0])
    assert view.cosines(floats(0, 1)).tolist() == pytest.approx([0, 0.6, 0.8, 0, -1, 0])
    assert view.cosines(floats(0, 0)).tolist() == [0.0] * 6


def test_members_include_descendants_and_follow_a_product_that_moved(index, view):
    assert index.members(0).tolist() == [1, 2, 0]
    assert index.members(1).tolist() == [2, 0]
    assert sorted(view.members(1).tolist()) == [0, 1, 2]
    assert view.members(2).tolist() == [4]


def test_popular_items(index, view):
    assert index.popular(3).tolist() == [1, 2, 0]
    assert index.popular(9, category=1).tolist() == [2, 0]
    assert index.popular(0).tolist() == []
    assert view.popular(3).tolist() == [4, 2, 0]
    assert view.popular(9).tolist() == [4, 2, 0, 1, 3, 5]
    assert view.popular(2, category=1).tolist() == [2, 0]
    assert view.popular(9, category=0).tolist() == [4, 2, 0, 1]


def test_products_that_fell_make_room_for_the_next_ones(index):
    fallen = index.with_overlay([OverlayEntry(raw_id, None, None, "", 0.0) for raw_id in ("p1", "p2")])

    assert fallen.popular(1).tolist() == [0]


def test_trending_items(index, view):
    assert index.trending_items(9).tolist() == [2, 3, 0]
    assert index.trending_items(1, category=1).tolist() == [2]
    assert view.trending_items(9).tolist() == [2, 4, 3, 0]
    assert view.trending_items(9, category=0).tolist() == [2, 4, 0]


def test_keyword_matches(index, view):
    terms, weights = index.terms.vectorise("red lamp")

    assert index.keyword_matches(terms, weights, 9).tolist() == [0, 2]
    assert index.keyword_matches(terms, weights, 1).tolist() == [0]
    assert view.keyword_matches(terms, weights, 9).tolist() == [0, 1, 2]
    assert index.keyword_matches(ints(), floats(), 9).tolist() == []
    assert view.keyword_matches(*index.terms.vectorise("chair"), 9).tolist() == [4]


def test_an_overlay_replaces_the_one_before_and_leaves_the_base_alone(index, view):
    again = view.with_overlay([OverlayEntry("z", None, None, "")])

    assert [again.index_of(raw) for raw in ("x", "z", "p1")] == [None, 4, 1]
    assert again.popularity_of(ints(1)).tolist() == [1.0]
    assert index.categories_of(ints(1)).tolist() == [2]
    assert np.shares_memory(again.item_vectors, index.item_vectors)
    assert view.with_overlay([]).n_items == 4


def test_an_empty_index_answers_everything():
    empty = small_index(np.zeros((0, 2)))

    assert (empty.n_items, empty.index_of("x"), empty.raw_ids_of(ints())) == (0, None, [])
    assert empty.popular(3).tolist() == empty.trending_items(3).tolist() == []
    assert empty.cosines(floats(1, 0)).tolist() == []
    grown = empty.with_overlay([OverlayEntry("x", floats(1, 0), None, "lamp", 0.5)])
    assert grown.popular(3).tolist() == [0]
    assert grown.cosines(floats(1, 0)).tolist() == [1.0]


def test_an_overlay_copies_no_table():
    rng = np.random.default_rng(0)
    index = small_index(rng.normal(size=(5000, 64)))
    entry = OverlayEntry("x", floats(*range(64)), None, "")

    tracemalloc.start()
    try:
        view = index.with_overlay([entry])
        view.vectors_of(ints(0, 5000))
        view.indices_of(["p17", "x", "nobody"])
        view.popular(10)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert peak < index.item_vectors.nbytes / 10
