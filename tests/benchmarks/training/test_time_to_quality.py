from dataclasses import dataclass

import pytest

from benchmarks.measuring import own_process
from benchmarks.measuring.own_process import ProcessError
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.training import time_to_quality
from benchmarks.training.time_to_quality import (
    Point,
    TrainingData,
    fit_point,
    measure_times,
    most_fits,
    with_passes,
    with_ratios,
)
from ml.recommenders.base import RecommenderError
from ml.recommenders.ials import IALS
from ml.recommenders.popularity import Popularity

SMALL = TrainingData(None, "generated")
# model: NDCG by number of passes; None: with the defaults. A fit takes as many seconds as it has passes.
PLANNED: dict[str, dict[int | None, float]] = {
    "ials": {None: 0.39, 1: 0.1, 2: 0.3, 4: 0.38, 8: 0.4, 15: 0.39, 30: 0.38},
    "dmf": {None: 0.5, 1: 0.2, 2: 0.385, 3: 0.39, 5: 0.45},
    "bpr": {None: 0.2, 10: 0.1, 30: 0.2, 100: 0.19, 300: 0.15},
    "popularity": {None: 0.15},
}


@dataclass(frozen=True)
class WithValidation:
    most_epochs: int | None = None
    validate: bool = True


class Searching(Popularity):
    """A recommender that would search for its number of passes."""

    def __init__(self, config=None):
        self.config = config or WithValidation()


@pytest.fixture
def planned(monkeypatch):
    """Fits are read from PLANNED; the fixture's value lists them as (model, passes)."""
    asked = []

    def call(function, data, model, budget, seed, *, on_progress):
        asked.append((model, budget))
        if model not in PLANNED:
            raise ProcessError("its process ended with signal SIGKILL")
        return Point(budget, PLANNED[model][budget], float(budget or 9), model != "popularity", [])

    monkeypatch.setattr(own_process, "call_in_own_process", call)
    return asked


def test_times_are_those_to_the_best_of_the_baseline(planned):
    rows = {row["model"]: row for row in measure_times(SMALL, ["bpr", "dmf", "popularity"], 0, RunsBar(30))}

    assert list(rows) == ["ials", "bpr", "dmf", "popularity"]
    assert (rows["ials"]["best_ndcg"], rows["ials"]["best_budget"], rows["ials"]["target_seconds"]) == (0.4, 8, 8.0)
    assert rows["ials"]["near_target_seconds"] == 4.0
    assert (rows["dmf"]["target_seconds"], rows["dmf"]["target_ratio"]) == (5.0, 5 / 8)
    assert (rows["dmf"]["near_target_seconds"], rows["dmf"]["near_target_ratio"]) == (2.0, 0.5)
    assert (rows["dmf"]["default_ndcg"], rows["dmf"]["default_seconds"]) == (0.5, 9.0)
    assert (rows["bpr"]["target_seconds"], rows["bpr"]["target_ratio"], rows["bpr"]["best_ndcg"]) == (None, None, 0.2)
    assert [point["budget"] for point in rows["popularity"]["curve"]] == [None]


def test_a_curve_ends_at_the_target_or_when_it_falls(planned):
    measure_times(SMALL, ["dmf", "bpr"], 0, RunsBar(30))

    assert [budget for model, budget in planned if model == "ials"] == [None, 1, 2, 4, 8, 15, 30]
    assert [budget for model, budget in planned if model == "dmf"] == [None, 1, 2, 3, 5]
    assert [budget for model, budget in planned if model == "bpr"] == [None, 10, 30, 100, 300]
    assert most_fits(["dmf", "ials"]) == 7 + 12


def test_a_failed_model_has_a_row(planned):
    rows = measure_times(SMALL, ["none"], 0, RunsBar(30))

    assert rows[1]["error"] == "its process ended with signal SIGKILL"
    assert rows[0]["target_ratio"] == 1.0


def test_without_the_baseline_there_is_no_ratio():
    assert with_ratios([{"model": "dmf", "target_seconds": 2.0}]) == [
        {"model": "dmf", "target_seconds": 2.0, "target_ratio": None, "near_target_ratio": None}
    ]


def test_passes_are_set_and_no_better_number_is_searched_for():
    assert with_passes(IALS(), 3).config.iterations == 3
    assert with_passes(Searching(), 3).config == WithValidation(3, validate=False)
    with pytest.raises(RecommenderError, match="popularity cannot be told how many passes"):
        with_passes(Popularity(), 3)


def test_a_point_is_measured_on_items_held_out_of_train(monkeypatch):
    monkeypatch.setattr(time_to_quality, "GENERATED_INTERACTIONS", 5_000)
    monkeypatch.setattr(time_to_quality, "MOST_CASES", 100)
    known, popular = (fit_point(SMALL, name, None, 0) for name in ("item_knn", "popularity"))

    assert 0 < popular.ndcg < known.ndcg < 1
    assert (popular.budget, popular.has_passes, popular.history) == (None, False, [])


def test_public_sets_are_read_by_their_train(tmp_path):
    (tmp_path / "tiny.train.rating").write_text("1 1 1\n1 2 1\n2 1 1\n2 2 1\n")
    (tmp_path / "tiny.test.rating").write_text("1 3 1\n")
    (tmp_path / "tiny.test.negative").write_text("(1,3) 4\n")
    data = TrainingData(tmp_path, "tiny")

    assert len(data.read(0)) == 4
    assert fit_point(data, "popularity", None, 0).ndcg > 0
