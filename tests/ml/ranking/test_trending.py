import numpy as np
import pytest

from ml.ranking import ReasonCode, ShopperState, rank_trending, trending
from ml.serving_index import Moment, OverlayEntry
from tests.ml.small_index import gifts_in_december, ints, small_index

JULY, DECEMBER = Moment(6, 12, is_weekend=False), Moment(11, 12, is_weekend=False)

INDEX = small_index(
    np.eye(6),
    categories=["a", "a", "a", "b", "b", None],
    parents={"top": None, "a": "top", "b": "top"},
    stars=np.expm1([0.0, 1.0, 2.0, 3.0, 4.0, 0.0]),
    trending_weights=np.array([8.0, 6.0, 4.0, 2.0, 0.0, 0.0]),
)


def items(ranking) -> list[int]:
    return [entry.item for entry in ranking]


def test_what_trends_comes_first_then_the_popular():
    ranking = rank_trending(INDEX, limit=6)

    assert items(ranking) == [0, 1, 2, 3, 4, 5]
    assert [entry.score for entry in ranking] == [1.0, 0.75, 0.5, 0.25, 0.0, 0.0]
    assert [entry.source for entry in ranking] == ["trending"] * 4 + ["popular"] * 2
    # p2 trends by .5 and is popular by .5: of equals it is called popular
    assert [entry.reason for entry in ranking] == [
        ReasonCode.TRENDING, ReasonCode.TRENDING, ReasonCode.POPULAR,
        ReasonCode.POPULAR, ReasonCode.POPULAR, ReasonCode.DISCOVER,
    ]  # fmt: skip


def test_one_category_takes_half_of_the_rail():
    assert items(rank_trending(INDEX, limit=3)) == [0, 1, 3]


def test_a_category_is_listed_alone():
    assert items(rank_trending(INDEX, limit=9, category=2)) == [3, 4]
    assert items(rank_trending(INDEX, limit=9, category=0)) == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="category is 3"):
        rank_trending(INDEX, limit=9, category=3)


def test_excluded_products_make_room_for_others():
    state = ShopperState(excluded=ints(0, 1, 4, -1))

    assert items(rank_trending(INDEX, limit=9, state=state)) == [2, 3, 5]


def test_the_popular_fill_the_list_behind_those_that_trend_and_the_excluded(monkeypatch):
    """The most popular ones trend or are excluded, so that more of them are read than places are left."""
    monkeypatch.setattr(trending, "POOL", 1)
    assert items(rank_trending(INDEX, limit=6)) == [0, 1, 2, 3, 4, 5]
    assert items(rank_trending(INDEX, limit=2, state=ShopperState(excluded=ints(0, 1)))) == [2, 3]

    alike = small_index(np.eye(8), stars=np.expm1(np.arange(8.0) / 2), trending_weights=np.r_[np.zeros(6), 1.0, 2.0])
    assert items(rank_trending(alike, limit=4)) == [7, 6, 5, 4]
    assert items(rank_trending(alike, limit=4, state=ShopperState(excluded=ints(7, 5, 3)))) == [6, 4, 2, 1]


def test_a_new_product_trends():
    view = INDEX.with_overlay([OverlayEntry("new", None, "b", "", trending=0.9)])

    assert items(rank_trending(view, limit=2)) == [0, 6]


@pytest.mark.parametrize(
    ("moment", "expected", "scores"),
    [
        pytest.param(None, [2, 0, 3, 1], [1.0, 0.6, 0.0, 0.0], id="at no moment"),
        pytest.param(JULY, [2, 0, 3, 1], [1.0, 0.6, 0.0, 0.0], id="July"),
        pytest.param(DECEMBER, [0, 2, 1, 3], [1.0, 1 / 1.2, 0.0, 0.0], id="December"),
    ],
)
def test_the_season_reorders_what_trends_and_what_fills(moment, expected, scores):
    """p2 trends most, but p0 is a gift; p3 is a little more popular than p1, which is one too."""
    index = gifts_in_december(trending_weights=np.array([6.0, 0.0, 10.0, 0.0]))

    ranking = rank_trending(index, limit=4, moment=moment)

    assert items(ranking) == expected
    assert [entry.score for entry in ranking] == pytest.approx(scores)


def test_a_season_does_not_leave_its_category():
    index = gifts_in_december(trending_weights=np.array([6.0, 0.0, 10.0, 0.0]))

    assert items(rank_trending(index, limit=4, category=1, moment=DECEMBER)) == [2]


def test_edges():
    assert rank_trending(INDEX, limit=0) == []
    assert rank_trending(small_index(np.zeros((0, 2))), limit=5) == []
    assert rank_trending(INDEX, limit=5, state=ShopperState(excluded=np.arange(6, dtype=np.int32))) == []
