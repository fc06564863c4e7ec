import numpy as np
import pytest

from ml.index_building import Baskets
from ml.ranking import ReasonCode, ShopperState, rank_complementary
from ml.serving_index import OverlayEntry
from tests.ml.small_index import floats, ints, small_index

# p0 and p1 share four of the ten orders, p0 and p2 four, p3 is a neighbour of p0, p4 and p5 are merely popular
ORDERS = [[0, 1], [0, 1, 2], [0, 2], [4], [4]] * 2
INDEX = small_index(
    np.eye(6),
    stars=np.array([0, 0, 0, 0, 9, 3.0]),
    neighbours=np.array([[3, 1]] + [[-1, -1]] * 5, np.int32),
    similarities=np.array([[0.5, 0.4]] + [[0, 0]] * 5, np.float32),
    baskets=Baskets(
        np.array([order for order, lines in enumerate(ORDERS) for _ in lines]),
        np.array([item for lines in ORDERS for item in lines]),
    ),
)


def test_bought_together_then_neighbours_then_popular():
    ranking = rank_complementary(INDEX, ints(0), limit=9)

    assert [(entry.item, entry.reason, entry.anchor, entry.source) for entry in ranking] == [
        (1, ReasonCode.BOUGHT_TOGETHER, 0, "baskets"),
        (2, ReasonCode.BOUGHT_TOGETHER, 0, "baskets"),
        (3, ReasonCode.SIMILAR_TO, 0, "neighbours"),
        (4, ReasonCode.POPULAR, None, "popular"),
        (5, ReasonCode.POPULAR, None, "popular"),
    ]
    half = float(INDEX.popularity[5]) / 3
    assert [entry.score for entry in ranking] == pytest.approx([1, 1, 2 / 3, 1 / 3, half])


def test_scores_add_up_over_the_basket_and_the_strongest_item_is_the_anchor():
    index = small_index(
        np.eye(5),
        neighbours=np.array([[2, 3], [3, 2], [-1, -1], [-1, -1], [-1, -1]], np.int32),
        similarities=np.array([[0.5, 0.3], [0.4, 0.1], [0, 0], [0, 0], [0, 0]], np.float32),
    )

    ranking = rank_complementary(index, ints(0, 1), limit=2)

    assert [(entry.item, entry.anchor) for entry in ranking] == [(3, 1), (2, 0)]
    assert [entry.score for entry in ranking] == pytest.approx([2 / 3, 1 / 3 + 0.6 / 0.7 / 3])


def test_nothing_of_the_basket_and_nothing_excluded_comes():
    ranking = rank_complementary(INDEX, ints(0, 1), limit=9, state=ShopperState(excluded=ints(2, 4)))

    assert [entry.item for entry in ranking] == [3, 5]


def test_unknown_and_new_products_in_the_basket():
    view = INDEX.with_overlay([OverlayEntry("new", floats(1, 0, 0, 0, 0, 0), None, "")])

    assert [entry.item for entry in rank_complementary(view, ints(6, -1, 99), limit=2)] == [4, 5]


def test_edges():
    assert rank_complementary(INDEX, ints(0), limit=0) == []
    assert [entry.item for entry in rank_complementary(INDEX, ints(0), limit=1)] == [1]
    assert [entry.item for entry in rank_complementary(INDEX, ints(), limit=1)] == [4]
    assert rank_complementary(small_index(np.zeros((0, 2))), ints(0), limit=5) == []
    assert rank_complementary(INDEX, np.arange(6, dtype=np.int32), limit=5) == []
