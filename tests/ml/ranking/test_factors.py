"""Factors multiply scores before diversification."""

import numpy as np
import pytest

from ml.diversity import DiversityRule
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
from ml.serving_index import ServingIndex
from tests.ml.small_index import floats, ints, small_index

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
