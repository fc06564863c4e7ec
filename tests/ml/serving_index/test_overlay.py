import numpy as np
import pytest

from ml.serving_index import OverlayEntry, ServingIndex
from ml.serving_index.overlay import build_overlay, no_overlay
from ml.serving_index.tables import ServingIndexError
from tests.ml.small_index import floats, ints, small_index


@pytest.fixture
def index() -> ServingIndex:
    return small_index(
        [[1, 0], [0, 1]],
        documents=["red lamp", "chair"],
        categories=["a", "b"],
        stars=np.array([0.0, 9.0]),
        trending_weights=np.array([1.0, 0.0]),
    )


def test_rows_are_ordered_by_item_and_unknown_things_are_nothing(index):
    overlay = build_overlay(
        index,
        [
            OverlayEntry("new1", None, "no such category", "unheard words", 0.25),
            OverlayEntry("p1", floats(3, 4), "a", "red chair", 0.5, 0.75),
            OverlayEntry("new2", floats(0, 0), None, ""),
        ],
    )

    assert overlay.items.tolist() == [1, 2, 3]
    assert (dict(overlay.new_items), overlay.raw_ids) == ({"new1": 2, "new2": 3}, ("new1", "new2"))
    assert overlay.vectors.tolist() == [pytest.approx([0.6, 0.8]), [0.0, 0.0], [0.0, 0.0]]
    assert overlay.popularity.tolist() == [0.5, 0.25, 0.0]
    assert overlay.trending.tolist() == [0.75, 0.0, 0.0]
    assert overlay.categories.tolist() == [0, -1, -1]
    assert overlay.term_rows.lengths.tolist() == [2, 0, 0]


def test_what_an_entry_leaves_out_is_kept_from_the_base(index):
    overlay = build_overlay(index, [OverlayEntry("p0", None, "b", "blue lamp"), OverlayEntry("p1", floats(), "a", "")])

    assert overlay.vectors.tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert overlay.popularity.tolist() == [0.0, 1.0]
    assert overlay.trending.tolist() == [1.0, 0.0]


def test_of_two_entries_of_a_product_the_later_counts(index):
    overlay = build_overlay(
        index, [OverlayEntry("x", None, None, "lamp", 0.1), OverlayEntry("x", None, None, "chair", 0.2)]
    )

    assert overlay.popularity.tolist() == pytest.approx([0.2])
    assert index.terms.words_of(overlay.term_rows.indices) == ("chair",)


def test_numbers_are_held_to_their_range(index):
    entries = [OverlayEntry(f"x{number}", None, None, "", value) for number, value in enumerate([7.0, -1.0, np.nan])]

    assert build_overlay(index, entries).popularity.tolist() == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("vector", [floats(1, 2, 3), floats(np.nan, 1), floats(np.inf, 1)])
def test_a_vector_that_does_not_fit_is_refused_by_name(index, vector):
    with pytest.raises(ServingIndexError, match="the vector of x is"):
        build_overlay(index, [OverlayEntry("x", vector, None, "")])


def test_places_of_items(index):
    overlay = build_overlay(index, [OverlayEntry("p1", None, None, ""), OverlayEntry("x", None, None, "")])

    assert overlay.places_of(ints(0, 1, 2, 1)).tolist() == [-1, 0, 1, 0]
    assert no_overlay().places_of(ints(0, 5)).tolist() == [-1, -1]


def test_terms_of_an_entry_are_counted_once():
    entry = OverlayEntry("x", None, None, "Red lamps, red")

    assert entry.term_counts == {"red": 2, "lamp": 1}
    assert entry.term_counts is entry.term_counts
