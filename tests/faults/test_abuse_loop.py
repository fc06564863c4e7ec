"""A ranking that learns from its own lists: fault 46 of the list."""

from statistics import fmean

import pytest

from benchmarks.abuse.feedback_loop import World, simulate

ROUNDS, LAST = 30, 10
WORLD = World(n_users=24, n_items=480, seed=1)
LEAST_SHOWN, MORE_SHOWN, MOST_GINI, MOST_OF_POPULAR, MOST_CLICKS_LOST = 0.6, 0.15, 0.85, 0.5, 0.06


@pytest.fixture(scope="module")
def rounds() -> dict[int, list[dict[str, float]]]:
    """Thirty rounds without discoveries and with those of the default setting."""
    return {every: simulate(WORLD, every=every, rounds=ROUNDS) for every in (0, 12)}


def late(rows: list[dict[str, float]], figure: str) -> float:
    return fmean(row[figure] for row in rows[-LAST:])


def test_fault_46_discoveries_keep_the_catalogue_in_sight(rounds):
    """Of what there is, the share that anybody was shown in ten rounds."""
    without, discovering = rounds[0], rounds[12]

    assert [row["round"] for row in discovering] == list(range(1, ROUNDS + 1))
    assert late(discovering, "shown_lately") >= LEAST_SHOWN
    assert late(discovering, "shown_lately") >= late(without, "shown_lately") + MORE_SHOWN


def test_fault_46_the_popular_do_not_take_it_all(rounds):
    for row in rounds[12][1:]:
        assert row["gini"] <= MOST_GINI
        assert row["share_of_popular"] <= MOST_OF_POPULAR


def test_fault_46_discoveries_cost_few_clicks(rounds):
    clicks = {every: fmean(row["clicks_per_list"] for row in rows) for every, rows in rounds.items()}

    assert clicks[12] >= (1 - MOST_CLICKS_LOST) * clicks[0]
