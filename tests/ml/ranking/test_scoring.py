import numpy as np
import pytest

from ml.ranking import (
    NO_FACTORS,
    Factors,
    ShopperState,
    Source,
    Weights,
    rank_complementary,
    rank_for_you,
    rank_similar,
    rank_trending,
)
from ml.ranking.diversity import DiversityRule
from ml.ranking.scoring import popularity_in_season, scaled, score_parts, trending_in_season
from ml.ranking.shopper import query_of_shopper
from ml.serving_index import Moment, ServingIndex
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


def test_the_default_is_the_agreed_composite():
    assert Weights().as_array().tolist() == [0.30, 0.10, 0.30, 0.30]


@pytest.mark.parametrize("values", [(-0.1, 1, 1, 1), (0, 0, 0, 0), (float("nan"), 1, 1, 1), (float("inf"), 1, 1, 1)])
def test_useless_weights_are_refused(values):
    with pytest.raises(ValueError, match="finite, >= 0 and not all 0"):
        Weights(*values)


def test_single_weights_may_be_zero():
    assert Weights(0, 0, 0, 2).as_array().tolist() == [0, 0, 0, 2]


SCORE_ALONE = DiversityRule(relevance=1.0, category_share=1.0)


@pytest.fixture(scope="module")
def index() -> ServingIndex:
    """Six products of two categories; p5 is the most popular, p0 to p2 trend, p3 and p4 are neighbours of p0."""
    return small_index(
        [[1, 0]] * 6,
        categories=["lamps", "lamps", "tents", "tents", "tents", None],
        stars=np.array([1.0, 2, 3, 4, 5, 6]),
        trending_weights=np.array([3.0, 2, 1, 0, 0, 0]),
        neighbours=np.array([[3, 4]] + [[-1, -1]] * 5, np.int32),
        similarities=np.array([[1.0, 0.5]] + [[0, 0]] * 5, np.float32),
    )


def items(*values: int, by: list[float]) -> Factors:
    return Factors(ints(*values), np.array(by))


def lamps(factor: float) -> Factors:
    return Factors(of_categories=np.array([factor, 1.0, 1.0]))


def numbers(ranking) -> list[int]:
    return [entry.item for entry in ranking]


def test_an_item_has_the_product_of_its_own_and_its_categorys_factor(index):
    factors = Factors(ints(1, 5), np.array([3.0, 0.5]), np.array([2.0, 1.0, 1.0]))

    assert factors.of(index, ints(0, 1, 2, 5)).tolist() == [2.0, 6.0, 1.0, 0.5]
    assert factors.promoted.tolist() == [1]
    assert NO_FACTORS.of(index, ints(0, 5)).tolist() == [1.0, 1.0]
    assert [bool(NO_FACTORS), bool(factors), bool(lamps(2.0))] == [False, True, True]


@pytest.mark.parametrize(
    ("at", "by", "of_categories"),
    [((2, 1), [1.0, 1.0], []), ((1,), [1.0, 2.0], []), ((1,), [0.0], []), ((), [], [np.inf]), ((), [], [-1.0])],
    ids=["falling", "one too many", "zero", "infinite", "negative"],
)
def test_arrays_that_do_not_fit_are_refused(at, by, of_categories):
    with pytest.raises(ValueError, match="factor"):
        Factors(ints(*at), np.array(by), np.array(of_categories))


@pytest.mark.parametrize(
    ("factors", "expected"),
    [
        (NO_FACTORS, [5, 4, 3, 2, 1, 0]),
        (items(0, by=[10.0]), [0, 5, 4, 3, 2, 1]),
        (items(5, by=[0.1]), [4, 3, 2, 1, 0, 5]),
        (lamps(8.0), [1, 0, 5, 4, 3, 2]),
    ],
    ids=["none", "a boost", "a bury", "a category"],
)
def test_for_you_is_reordered(index, factors, expected):
    ranking = rank_for_you(index, ShopperState(), Weights(), limit=6, rule=SCORE_ALONE, factors=factors)

    assert numbers(ranking) == expected
    scores = [entry.score for entry in ranking]
    assert scores == sorted(scores, reverse=True)


def test_similar_is_reordered(index):
    plain = numbers(rank_similar(index, 0, Weights(), limit=5))

    assert plain[-1] == 2
    assert numbers(rank_similar(index, 0, Weights(), limit=5, factors=items(2, by=[9.0])))[0] == 2
    assert numbers(rank_similar(index, 0, Weights(), limit=5, factors=items(plain[0], by=[0.01])))[-1] == plain[0]


def test_trending_is_reordered_among_what_trends_and_among_what_does_not(index):
    ranking = rank_trending(index, limit=6, factors=items(2, 3, by=[9.0, 9.0]))

    assert numbers(ranking)[:3] == [2, 0, 1]
    assert numbers(ranking)[3] == 3
    assert ranking[0].score == pytest.approx(9 * float(index.trending_of(ints(2))[0]))


def test_complementary_is_reordered_through_all_its_groups(index):
    plain = rank_complementary(index, ints(0), limit=5)
    assert numbers(plain) == [3, 4, 5, 2, 1]

    assert numbers(rank_complementary(index, ints(0), limit=5, factors=items(3, by=[0.01]))) == [4, 5, 2, 1, 3]
    assert numbers(rank_complementary(index, ints(0), limit=2, factors=items(1, by=[10.0]))) == [1, 3]


def test_what_is_boosted_is_a_candidate_though_nothing_else_finds_it():
    count = 400
    stars = np.linspace(400, 200, count)
    many = small_index(np.tile(np.eye(2, dtype=np.float32)[0], (count, 1)), stars=stars)
    last = count - 1
    state = ShopperState(vector=floats(0, 1))

    plain = rank_for_you(many, state, Weights(), limit=10, rule=SCORE_ALONE)
    boosted = rank_for_you(many, state, Weights(), limit=10, rule=SCORE_ALONE, factors=items(last, by=[100.0]))

    assert numbers(plain) == list(range(10))
    assert numbers(boosted) == [last, *range(9)]
    assert boosted[0].source is Source.RULE


def test_what_is_excluded_stays_away_however_much_it_is_boosted(index):
    state, factors = ShopperState(excluded=ints(0)), items(0, by=[100.0])
    basket = ints(1)

    assert 0 not in numbers(rank_for_you(index, state, Weights(), limit=6, factors=factors))
    assert 0 not in numbers(rank_similar(index, 1, Weights(), limit=6, state=state, factors=factors))
    assert 0 not in numbers(rank_complementary(index, basket, limit=6, state=state, factors=factors))
    assert 0 not in numbers(rank_trending(index, limit=6, state=state, factors=factors))
