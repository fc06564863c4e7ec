import numpy as np
import pytest

from ml.ranking import ShopperState
from ml.ranking.query import query_of_shopper
from ml.ranking.scoring import popularity_in_season, scaled, score_parts, trending_in_season
from ml.serving_index import Moment
from tests.ml.small_index import floats, gifts_in_december, ints, small_index

INDEX = small_index(
    [[0.6, 0.8], [0.8, 0.6], [-1, 0]],
    documents=["red lamp", "chair", "red chair"],
    categories=["lamps", "chairs", None],
    parents={"furniture": None, "lamps": "furniture", "chairs": "furniture"},
    stars=np.expm1([1.0, 2.0, 0.0]),
)


def parts_of(state: ShopperState, items: np.ndarray) -> list[list[float]]:
    query = query_of_shopper(INDEX, state)
    return score_parts(INDEX, query, items).tolist()


def test_the_four_parts_by_hand():
    rare, common = np.log(4 / 2) + 1, np.log(4 / 3) + 1
    red_in_red_lamp, red_in_red_chair = common / np.hypot(rare, common), 1 / np.sqrt(2)
    state = ShopperState(
        vector=floats(1, 0), term_weights=INDEX.terms.vectorise("red"), liked_categories=(ints(1), floats(7))
    )

    assert parts_of(state, ints(0, 1, 2)) == [
        pytest.approx([0.6 / 0.8, 1 / 2, 1.0, red_in_red_lamp / red_in_red_chair]),
        pytest.approx([1.0, 1.0, 1 / 2, 0.0]),
        pytest.approx([0.0, 0.0, 0.0, 1.0]),
    ]


def test_parts_are_scaled_over_the_candidates_that_are_there():
    assert parts_of(ShopperState(vector=floats(1, 0)), ints(0, 2)) == [
        pytest.approx([1.0, 0.5, 0.0, 0.0]), [0.0, 0.0, 0.0, 0.0],
    ]  # fmt: skip


def test_nothing_known_scores_popularity_alone():
    assert parts_of(ShopperState(), ints(0, 1, 2)) == [
        pytest.approx([0, 0.5, 0, 0]), pytest.approx([0, 1, 0, 0]), [0, 0, 0, 0],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "expected"),
    [([], []), ([-1, 0], [0, 0]), ([-1, 2, 4], [0, 0.5, 1]), ([0.25, 0.25], [1, 1])],
)
def test_scaled(raw, expected):
    assert scaled(np.array(raw, np.float64)).tolist() == expected


JULY, DECEMBER = Moment(6, 12, is_weekend=False), Moment(11, 12, is_weekend=False)


@pytest.mark.parametrize("moment", [None, JULY], ids=["at no moment", "July"])
def test_out_of_season_popularity_is_the_indexs_own(moment):
    index = gifts_in_december()

    assert popularity_in_season(index, ints(0, 1, 2, 3), moment) == pytest.approx([0.9, 0.45, 1.0, 0.5])


def test_in_season_the_counts_behind_popularity_are_multiplied_and_it_stays_within_1():
    index = gifts_in_december()
    query = query_of_shopper(index, ShopperState())
    raised = np.log1p([2 * np.expm1(3.6), 2 * np.expm1(1.8), np.expm1(4.0), np.expm1(2.0)])

    parts = score_parts(index, query, ints(0, 1, 2, 3), DECEMBER)

    assert raised.argmax() == 0
    assert parts[:, 1].tolist() == pytest.approx((raised / raised[0]).tolist())
    assert not parts[:, [0, 2, 3]].any()


def test_trends_are_multiplied_as_they_are():
    index = gifts_in_december(trending_weights=np.array([8.0, 1.0, 10.0, 5.0]))

    assert trending_in_season(index, ints(0, 1, 2, 3), DECEMBER) == pytest.approx([1.0, 0.125, 0.625, 0.3125])
    assert trending_in_season(index, ints(1, 2), DECEMBER) == pytest.approx([0.2, 1.0])


def test_nothing_in_season_is_nothing():
    index = gifts_in_december()

    assert popularity_in_season(index, ints(), DECEMBER).tolist() == []
    assert trending_in_season(index, ints(), DECEMBER).tolist() == []
