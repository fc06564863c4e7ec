import numpy as np
import pytest

from ml.ranking import ShopperState, shopper_vector
from ml.ranking.shopper import MOST_RECENT, query_of_item, query_of_shopper, unit
from ml.serving_index import OverlayEntry
from tests.ml.small_index import floats, ints, small_index

INDEX = small_index([[1, 0], [0, 1]], documents=["lamp", "chair"], categories=["a", "b"])


def test_what_the_index_does_not_know_is_passed_over():
    state = ShopperState(
        vector=floats(1, 0),
        recent=ints(1, -1, 9, 0),
        recent_weights=floats(1, 2, 3, 4),
        term_weights=(ints(0, 7, 1), floats(1, 1, 0)),
        excluded=ints(-1, 1, 99),
        recent_bought=np.array([False, True, True, True]),
        liked_categories=(ints(2, 1), floats(1, 1)),
    ).known_to(INDEX)

    assert (state.recent.tolist(), state.recent_weights.tolist()) == ([1, 0], [1.0, 4.0])
    assert state.recent_bought.tolist() == [False, True]
    assert state.term_weights[0].tolist() == [0]
    assert state.excluded.tolist() == [1]
    assert state.liked_categories[0].tolist() == [1]


def test_events_without_weight_do_not_count():
    state = ShopperState(recent=ints(0, 1), recent_weights=floats(0, 1)).known_to(INDEX)

    assert state.recent.tolist() == [1]


def test_only_the_newest_fifty_count():
    long = ShopperState(recent=np.tile(ints(1, 0), 40), recent_weights=np.ones(80, np.float32))

    assert long.known_to(INDEX).recent.size == MOST_RECENT == 50


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"recent": ints(1), "recent_weights": floats()}, r"recent: expected two arrays \[k\], got \(1,\) and \(0,\)"),
        ({"recent": ints(1), "recent_weights": floats(-1)}, "recent: weights must be finite and >= 0"),
        ({"term_weights": (ints(1), floats(np.nan))}, "term_weights: weights must be finite"),
        ({"liked_categories": (ints(1, 2), floats(1))}, "liked_categories: expected two arrays"),
        ({"recent": ints(1, 2), "recent_weights": floats(1, 1), "recent_bought": np.ones(1, bool)}, "recent_bought"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        ShopperState(**arguments)


@pytest.mark.parametrize("vector", [floats(1, 2, 3), floats(np.nan, 0), floats()])
def test_a_vector_of_another_space_is_refused(vector):
    with pytest.raises(ValueError, match=r"expected \(2,\), all finite"):
        ShopperState(vector=vector).known_to(INDEX)


def test_vector_comes_from_the_user_tower():
    assert shopper_vector(INDEX, ints(0, 1), floats(3, 4)).tolist() == pytest.approx([0.6, 0.8])


def test_products_newer_than_the_model_count_with_their_content_vectors():
    view = INDEX.with_overlay([OverlayEntry("x", floats(0, 5), None, "")])

    assert shopper_vector(view, ints(0, 2), floats(3, 4)).tolist() == pytest.approx([0.6, 0.8])
    assert shopper_vector(view, ints(2), floats(1)).tolist() == [0.0, 1.0]


def test_without_known_products_the_vector_is_zero():
    assert shopper_vector(INDEX, ints(-1, 7), floats(1, 1)).tolist() == [0.0, 0.0]
    assert shopper_vector(INDEX, ints(), floats()).tolist() == [0.0, 0.0]
    assert shopper_vector(small_index(np.zeros((0, 2))), ints(), floats()).tolist() == [0.0, 0.0]


def test_unit():
    assert unit(floats(3, 4)).tolist() == pytest.approx([0.6, 0.8])
    assert unit(floats(0, 0)).tolist() == [0.0, 0.0]


THREE = small_index([[1, 0], [0, 1], [0, 0]], documents=["lamp", "red chair", ""], categories=["lamps", "chairs", None])
STATE = ShopperState(
    recent=ints(1, 0, 2),
    recent_weights=floats(3, 4, 5),
    term_weights=THREE.terms.vectorise("red"),
    liked_categories=(ints(1), floats(9)),
)


def test_without_a_vector_the_recent_items_point_the_way():
    assert query_of_shopper(THREE, STATE).vector.tolist() == pytest.approx([0.8, 0.6])


def test_the_given_vector_is_used_at_unit_length():
    assert query_of_shopper(THREE, ShopperState(vector=floats(0, 9))).vector.tolist() == [0.0, 1.0]


def test_categories_are_ordered_by_weight():
    # position 0 is chairs with weight 3, position 1 is lamps with 4 + 9
    assert query_of_shopper(THREE, STATE).liked.tolist() == [1, 0]
    assert query_of_shopper(THREE, STATE).node_weights.tolist() == [3.0, 13.0, 0.0]


def test_words_of_products_and_of_searches_count_the_same():
    query = query_of_shopper(THREE, STATE)
    share = 3 / np.sqrt(2)  # both words of "red chair" are as rare
    length = np.hypot(np.hypot(share, share), 4)

    assert THREE.terms.words_of(np.arange(3)) == ("chair", "lamp", "red")
    assert query.term_column(3).tolist() == pytest.approx([share / length, 4 / length, share / length + 1])
    terms, weights = query.heaviest_terms(3, 2)
    assert terms.tolist() == [2, 1]
    assert weights[0] > weights[1]


def test_a_product_has_a_taste_too():
    query = query_of_item(THREE, 1)

    assert query.vector.tolist() == [0.0, 1.0]
    assert query.liked.tolist() == [0]
    assert query.history.terms.tolist() == [0, 2]
    assert query.searched.terms.size == 0


def test_nothing_known_is_no_taste():
    query = query_of_shopper(THREE, ShopperState())

    assert not query.vector.any()
    assert not query.node_weights.any()
    assert query.liked.size == query.heaviest_terms(3, 5)[0].size == 0
