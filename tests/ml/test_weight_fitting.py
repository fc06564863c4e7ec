"""A planted part decides which product is wanted, the others are noise: learned weights find it, and nothing else."""

from itertools import pairwise

import numpy as np
import pytest

from ml.ranking import ShopperState, Weights
from ml.weight_fitting import (
    Case,
    HeldOut,
    WeightFittingError,
    cases_of,
    compare_weights,
    fit_weights,
    gains,
    simplex,
)
from tests.ml.small_index import floats, ints, small_index

CATEGORY = 2


def planted_cases(count: int, part: int | None, *, seed: int = 0) -> list[Case]:
    """Forty candidates with parts at random; the wanted one has most of one part, or is drawn by lot."""
    random = np.random.default_rng(seed)
    cases = []
    for _ in range(count):
        parts = random.random((40, 4))
        cases.append(Case(parts, int(random.integers(40) if part is None else parts[:, part].argmax())))
    return cases


def test_the_simplex_holds_every_way_to_share_out_20_parts_and_the_classic_one():
    choices = simplex(20)

    assert choices.shape == (969, 4)  # 19 over 3
    assert choices.min() == 0.05
    assert choices.sum(axis=1) == pytest.approx(1.0)
    assert len(np.unique(choices, axis=0)) == 969
    assert Weights().as_array().tolist() in choices.round(2).tolist()


@pytest.mark.parametrize("part", range(4), ids=["cosine", "popularity", "category", "keyword"])
def test_the_part_that_decides_gets_the_weight(part):
    found = fit_weights(planted_cases(60, part), start=Weights())

    weights = found.weights.as_array()
    assert weights.argmax() == part
    assert weights[part] >= 0.6
    assert weights.sum() == pytest.approx(1.0)
    assert weights.min() >= 0.05
    assert found.ndcg > found.start_ndcg + 0.1
    assert found.n_cases == 60


def test_where_chance_decides_the_weights_stay_as_they_were():
    """One standard error is reached by chance about once in six times."""
    found = [fit_weights(planted_cases(100, None, seed=seed), start=Weights()) for seed in range(20)]

    stayed = [fitted for fitted in found if fitted.weights == Weights()]
    assert len(stayed) >= 14
    assert all(fitted.ndcg == fitted.start_ndcg for fitted in stayed)


def test_where_the_first_weights_are_right_they_stay():
    random = np.random.default_rng(0)
    cases = []
    for _ in range(100):
        parts = random.random((40, 4))
        cases.append(Case(parts, int((parts @ Weights().as_array()).argmax())))

    assert fit_weights(cases, start=Weights()).weights == Weights()


def test_first_weights_off_the_grid_count_by_their_ratios():
    start = Weights(3.3, 1.1, 3.3, 3.3)

    assert fit_weights(planted_cases(50, None), start=start).weights == start


def test_of_equally_good_weights_the_nearest_are_taken():
    """Everything but popularity finds the product first: what is nearest to a start on popularity alone wins."""
    parts = np.array([[1.0, 0.5, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0]])

    found = fit_weights([Case(parts, 0)] * 50, start=Weights(0.05, 0.85, 0.05, 0.05))

    assert found.weights.popularity == 0.65  # (1 - p) + p / 2 > p from p = 2/3 down
    assert (found.start_ndcg, found.ndcg) == (pytest.approx(1 / np.log2(3)), 1.0)


def test_ties_count_as_ranking_counts_them_and_what_is_no_candidate_is_not_found():
    alike = np.ones((3, 4))
    cases = [Case(alike, 0), Case(alike, 2), Case(alike, -1), Case(np.zeros((0, 4)), -1)]

    assert gains(cases, Weights().as_array()[None, :])[:, 0] == pytest.approx([1.0, 0.5, 0.0, 0.0])


def test_beyond_the_tenth_place_nothing_is_gained():
    parts = np.linspace(1, 0, 12)[:, None] * np.ones(4)

    found = [gains([Case(parts, place)], np.ones((1, 4)))[0, 0] for place in range(12)]

    assert all(earlier > later for earlier, later in pairwise(found[:10]))
    assert found[10:] == [0.0, 0.0]


def test_many_cases_are_counted_as_few_are():
    cases = planted_cases(40, CATEGORY)
    choices = simplex(5)

    assert gains(cases, choices).tolist() == [gains([case], choices)[0].tolist() for case in cases]


def test_without_cases_there_is_nothing_to_learn():
    with pytest.raises(WeightFittingError, match="there are none"):
        fit_weights([], start=Weights())


def shop_of_categories() -> tuple:
    """Four categories of eight products each. Shoppers saw one product and want another of its category, the third
    most popular one; vectors point to another category's products."""
    categories = [f"c{item // 8}" for item in range(32)]
    vectors = np.eye(4)[(np.arange(32) // 8 + 1) % 4]
    index = small_index(vectors, categories=categories, stars=np.expm1(np.arange(32, 0, -1) / 8.0))
    states = [
        ShopperState(
            vector=np.eye(4, dtype=np.float32)[group],
            recent=ints(8 * group),
            recent_weights=floats(1),
            excluded=ints(8 * group),
        )
        for group in range(4)
    ]
    return index, HeldOut(states * 15, np.tile(ints(2, 10, 18, 26), 15))


def test_the_candidates_are_those_of_a_ranking():
    index, held_out = shop_of_categories()
    told: list[float] = []

    cases = cases_of(index, held_out, progress=told.append)

    assert len(cases) == 60
    assert cases[0].parts.shape == (31, 4)  # all but the one that was seen
    assert cases[0].parts[cases[0].target].tolist() == [0.0, index.popularity[2], 1.0, 0.0]
    assert told[-1] == 1.0


def test_what_was_learned_is_better_in_the_lists_as_served():
    index, held_out = shop_of_categories()
    found = fit_weights(cases_of(index, held_out), start=Weights(0.6, 0.2, 0.1, 0.1))

    compared = compare_weights(index, held_out, Weights(0.6, 0.2, 0.1, 0.1), found.weights)

    assert found.weights.category > 0.3
    assert compared.first < compared.second
    assert compared.difference.mean == pytest.approx(compared.second - compared.first)
    assert compared.difference.low > 0
    assert compared.n_cases == 60
