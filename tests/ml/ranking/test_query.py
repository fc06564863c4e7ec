import numpy as np
import pytest

from ml.ranking import ShopperState
from ml.ranking.query import query_of_item, query_of_shopper
from tests.ml.small_index import floats, ints, small_index

INDEX = small_index([[1, 0], [0, 1], [0, 0]], documents=["lamp", "red chair", ""], categories=["lamps", "chairs", None])
STATE = ShopperState(
    recent=ints(1, 0, 2),
    recent_weights=floats(3, 4, 5),
    term_weights=INDEX.terms.vectorise("red"),
    liked_categories=(ints(1), floats(9)),
)


def test_without_a_vector_the_recent_items_point_the_way():
    assert query_of_shopper(INDEX, STATE).vector.tolist() == pytest.approx([0.8, 0.6])


def test_the_given_vector_is_used_at_unit_length():
    assert query_of_shopper(INDEX, ShopperState(vector=floats(0, 9))).vector.tolist() == [0.0, 1.0]


def test_categories_are_ordered_by_weight():
    # position 0 is chairs with weight 3, position 1 is lamps with 4 + 9
    assert query_of_shopper(INDEX, STATE).liked.tolist() == [1, 0]
    assert query_of_shopper(INDEX, STATE).node_weights.tolist() == [3.0, 13.0, 0.0]


def test_words_of_products_and_of_searches_count_the_same():
    query = query_of_shopper(INDEX, STATE)
    share = 3 / np.sqrt(2)  # both words of "red chair" are as rare
    length = np.hypot(np.hypot(share, share), 4)

    assert INDEX.terms.words_of(np.arange(3)) == ("chair", "lamp", "red")
    assert query.term_column(3).tolist() == pytest.approx([share / length, 4 / length, share / length + 1])
    terms, weights = query.heaviest_terms(3, 2)
    assert terms.tolist() == [2, 1]
    assert weights[0] > weights[1]


def test_a_product_has_a_taste_too():
    query = query_of_item(INDEX, 1)

    assert query.vector.tolist() == [0.0, 1.0]
    assert query.liked.tolist() == [0]
    assert query.history.terms.tolist() == [0, 2]
    assert query.searched.terms.size == 0


def test_nothing_known_is_no_taste():
    query = query_of_shopper(INDEX, ShopperState())

    assert not query.vector.any()
    assert not query.node_weights.any()
    assert query.liked.size == query.heaviest_terms(3, 5)[0].size == 0
