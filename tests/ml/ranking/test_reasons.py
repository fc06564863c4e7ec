import numpy as np
import pytest

from ml.content.rows import SparseRows
from ml.ranking import ReasonCode, ShopperState, Weights
from ml.ranking.reasons import Reason, attribute_scores, common_terms, reason_of_popularity, reasons_for_shopper
from ml.ranking.shopper import query_of_shopper
from tests.ml.small_index import floats, ints, small_index

# p0 and p1 are recent; p2 is like p0 by vector, p3 like p1 by text, p4 in p1's category, p5 has the searched word
INDEX = small_index(
    [[1, 0, 0], [0, 1, 0], [0.8, 0, 0.6], [0, 0, 1], [0, 0, -1], [0, 0, 1], [0, 0, 1], [0, 0, -1]],
    documents=["lamp", "oak chair", "", "oak table", "", "rug", "", ""],
    categories=["lamps", "chairs", None, None, "chairs", None, None, None],
    stars=np.array([0, 0, 0, 0, 0, 0, 5.0, 0]),
    trending_weights=np.array([0, 0, 0, 0, 0, 0, 0, 2.0]),
    neighbours=np.array([[-1], [6], [-1], [-1], [-1], [-1], [-1], [-1]], np.int32),
    similarities=np.array([[0], [0.5], [0], [0], [0], [0], [0], [0]], np.float32),
)
STATE = ShopperState(
    vector=floats(1, 0, 0),
    recent=ints(1, 0),
    recent_weights=floats(2, 1),
    recent_bought=np.array([True, False]),
    term_weights=INDEX.terms.vectorise("rugs"),
)


def reasons(state: ShopperState, items: np.ndarray, parts: list[list[float]], weights: Weights | None = None):
    query = query_of_shopper(INDEX, state)
    return reasons_for_shopper(INDEX, state, query, items, np.array(parts, np.float64), weights or Weights())


@pytest.mark.parametrize(
    ("item", "parts", "expected"),
    [
        (2, [1, 0, 0, 0], Reason(ReasonCode.VIEWED_SIMILAR, 0)),
        (3, [0, 0, 0, 1], Reason(ReasonCode.BOUGHT_SIMILAR, 1)),
        (4, [0, 0, 1, 0], Reason(ReasonCode.CATEGORY_LIKED)),
        (5, [0, 0, 0, 1], Reason(ReasonCode.SEARCH_MATCH, None, ("rug",))),
        (6, [0, 1, 0, 0], Reason(ReasonCode.POPULAR)),
        (7, [0, 0, 0, 0], Reason(ReasonCode.TRENDING)),
        (2, [0, 0, 0, 0], Reason(ReasonCode.DISCOVER)),
    ],
)
def test_the_strongest_part_gives_the_reason(item, parts, expected):
    assert reasons(STATE, ints(item), [parts]) == [expected]


def test_neighbours_are_likeness_too():
    assert reasons(STATE, ints(6), [[1, 0, 0, 0]]) == [Reason(ReasonCode.BOUGHT_SIMILAR, 1)]


def test_a_high_cosine_without_a_like_recent_product_names_none():
    # p5 is at a right angle to both recent products, so neither may be named, however close the shopper's vector is
    assert reasons(STATE, ints(5), [[1, 0, 0, 0]]) == [Reason(ReasonCode.DISCOVER)]


def test_the_weights_decide_what_is_strongest():
    parts = [[0.5, 1, 1, 0]]

    assert reasons(STATE, ints(2), parts, Weights(cosine=1, popularity=0, category=0.4, keyword=0))[0].anchor == 0
    assert reasons(STATE, ints(2), parts, Weights(cosine=1, popularity=0, category=0.6, keyword=0)) == [
        Reason(ReasonCode.CATEGORY_LIKED)
    ]


def test_the_cosine_part_is_split_by_weight_and_likeness():
    state = ShopperState(recent=ints(0, 3), recent_weights=floats(2, 1))
    query = query_of_shopper(INDEX, state)

    attribution = attribute_scores(INDEX, state, query, ints(2), np.array([[1.0, 0, 0, 0]]), Weights())

    # likeness .8 x weight 2 against likeness .6 x weight 1
    assert attribution.recent.tolist() == [pytest.approx([0.3 * 1.6 / 2.2, 0.3 * 0.6 / 2.2])]


def test_the_keyword_part_is_split_between_history_and_search():
    state = ShopperState(recent=ints(1), recent_weights=floats(1), term_weights=INDEX.terms.vectorise("table"))
    query = query_of_shopper(INDEX, state)
    oak, table = INDEX.terms.rows.take(np.array([3])).values

    attribution = attribute_scores(INDEX, state, query, ints(3), np.array([[0, 0, 0, 1.0]]), Weights())

    share = INDEX.terms.rows.take(np.array([1])).values[1] * oak
    assert attribution.recent.tolist() == [pytest.approx([0.3 * share / (share + table)])]
    assert attribution.searched.tolist() == pytest.approx([0.3 * table / (share + table)])


def test_a_product_is_no_reason_for_itself():
    state = ShopperState(recent=ints(0), recent_weights=floats(1))

    assert reasons(state, ints(0), [[1, 0, 0, 1]]) == [Reason(ReasonCode.DISCOVER)]


def test_equal_recent_products_name_the_newest():
    twin = small_index([[1, 0], [1, 0], [1, 0]])
    state = ShopperState(recent=ints(2, 0), recent_weights=floats(1, 1))
    query = query_of_shopper(twin, state)

    found = reasons_for_shopper(twin, state, query, ints(1), np.array([[1.0, 0, 0, 0]]), Weights())

    assert found == [Reason(ReasonCode.VIEWED_SIMILAR, 2)]


def test_more_products_than_one_batch_holds():
    many = small_index(np.tile([[1.0, 0.0]], (600, 1)))
    state = ShopperState(recent=ints(599), recent_weights=floats(1))
    query = query_of_shopper(many, state)
    items = np.arange(599, dtype=np.int32)

    found = reasons_for_shopper(many, state, query, items, np.tile([[1.0, 0, 0, 0]], (599, 1)), Weights())

    assert found == [Reason(ReasonCode.VIEWED_SIMILAR, 599)] * 599


def test_reason_of_popularity():
    assert [reason_of_popularity(INDEX, item) for item in (6, 7, 0)] == ["popular", "trending", "discover"]


def test_common_terms_is_the_product_of_the_rows():
    rows = SparseRows(np.array([0, 2, 2]), ints(0, 3), floats(2, 5))
    others = SparseRows(np.array([0, 1, 3, 3]), ints(3, 0, 1), floats(10, 1, 7))

    assert common_terms(rows, others).tolist() == [[50, 2, 0], [0, 0, 0]]
    assert common_terms(rows, others.take(np.array([2]))).tolist() == [[0], [0]]


def test_a_category_is_chosen_when_at_least_half_is_owed_to_the_choice():
    lamps, chairs = (int(INDEX.categories_of(ints(item))[0]) for item in (0, 1))
    bare = ShopperState(liked_categories=(ints(lamps), floats(3)))
    outweighed = ShopperState(recent=ints(1), recent_weights=floats(4), liked_categories=(ints(chairs), floats(3)))
    agreeing = ShopperState(recent=ints(1), recent_weights=floats(3), liked_categories=(ints(chairs), floats(3)))
    near: list[list[float]] = [[0, 0, 1, 0]]

    assert reasons(bare, ints(0), near) == [Reason(ReasonCode.CATEGORY_CHOSEN)]
    assert reasons(outweighed, ints(4), near) == [Reason(ReasonCode.CATEGORY_LIKED)]
    assert reasons(agreeing, ints(4), near) == [Reason(ReasonCode.CATEGORY_CHOSEN)]
