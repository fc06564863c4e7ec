"""Scores of given products, in the order they were given."""

import numpy as np
import pytest

from ml.ranking import ShopperState, Weights, rank_for_you
from ml.ranking.personal import score_items
from tests.ml.small_index import floats, ints, small_index

# p0 points the shopper's way, p1 half, p2 away; p3 is popular
INDEX = small_index([[1, 0], [0.5, 0.5], [-1, 0], [0, 1]], star_sums=np.array([0, 0, 0, 9.0]))
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
