"""Scores of given products, in the order they were given."""

import numpy as np
import pytest

from ml.ranking import Factors, ShopperState, Weights, rank_for_you
from ml.ranking.rescoring import score_items
from ml.serving_index import Moment
from tests.ml.small_index import floats, gifts_in_december, ints, small_index

# p0 points the shopper's way, p1 half, p2 away; p3 is popular
INDEX = small_index([[1, 0], [0.5, 0.5], [-1, 0], [0, 1]], stars=np.array([0, 0, 0, 9.0]))
STATE = ShopperState(vector=floats(1, 0))


def test_scores_are_those_of_the_composite_in_the_order_asked():
    scores = score_items(INDEX, STATE, Weights(), ints(3, 2, 0, 1))

    assert scores == pytest.approx([0.10, 0.0, 0.30, 0.15])


def test_the_same_products_score_as_in_a_rail():
    rail = {item.item: item.score for item in rank_for_you(INDEX, STATE, Weights(), limit=4)}

    assert score_items(INDEX, STATE, Weights(), ints(0, 1, 2, 3)) == pytest.approx([rail[item] for item in range(4)])


def test_unknown_and_excluded_products_score_nothing():
    state = ShopperState(vector=floats(1, 0), excluded=ints(0))

    assert score_items(INDEX, state, Weights(), ints(-1, 0, 99, 1)) == pytest.approx([0, 0, 0, 0.30])
    assert score_items(INDEX, state, Weights(), ints()) == pytest.approx([])


def test_of_a_stranger_there_are_no_scores():
    assert score_items(INDEX, ShopperState(), Weights(), ints(0, 1)) is None
    assert score_items(INDEX, ShopperState(excluded=ints(1)), Weights(), ints(0, 1)) is None


def test_a_chosen_category_is_enough():
    index = small_index([[1, 0], [1, 0]], categories=["lamps", "tools"])
    state = ShopperState(liked_categories=(ints(1), floats(3)))

    assert score_items(index, state, Weights(), ints(0, 1)) == pytest.approx([0, 0.30])


def test_a_vector_of_another_space_is_refused():
    with pytest.raises(ValueError, match="vector has shape"):
        score_items(INDEX, ShopperState(vector=floats(1, 0, 0)), Weights(), ints(0))


@pytest.mark.parametrize("moment", [None, Moment(5, 0, False), Moment(11, 0, False)], ids=["never", "june", "december"])
@pytest.mark.parametrize(
    "factors", [Factors(), Factors(ints(0), np.array([0.5])), Factors(of_categories=np.array([3.0, 1, 0.1]))]
)
def test_factors_and_the_moment_count_as_in_a_rail(moment, factors):
    index, state = gifts_in_december(), ShopperState(vector=floats(0, 0, 0, 1))
    listed = rank_for_you(index, state, Weights(), limit=4, factors=factors, moment=moment)
    rail = {item.item: item.score for item in listed}

    scores = score_items(index, state, Weights(), ints(0, 1, 2, 3), factors=factors, moment=moment)

    assert scores == pytest.approx([rail[item] for item in range(4)])


def test_what_is_in_season_and_wanted_comes_first():
    """By popularity alone p2, the tool, is first, in December p0; the shop wants p1 shown three times as much."""
    index, state = gifts_in_december(), ShopperState(vector=floats(0, 0, 0, 0), liked_categories=(ints(1), floats(0)))
    popularity = Weights(0.0, 1.0, 0.0, 0.0)

    def first(**wanted) -> int:
        scores = score_items(index, state, popularity, ints(0, 1, 2, 3), **wanted)
        assert scores is not None
        return int(scores.argmax())

    assert first() == first(moment=Moment(5, 0, False)) == 2
    assert first(moment=Moment(11, 0, False)) == 0
    assert first(moment=Moment(11, 0, False), factors=Factors(ints(1), np.array([3.0]))) == 1
