"""Time that models need until they rank as well as iALS at its best, all in one run on the same data.

Each model is fitted from scratch for more and more passes. Each fit has a process of its own and ranks one item per
user, held out of train, among 99 others (NDCG@10). So a time is that of a whole fit. A model needs only a setting for
its number of passes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets.planted import planted_set
from benchmarks.datasets.ranking_sets import read_ranking_set
from benchmarks.measuring.fit_cost import costed
from benchmarks.measuring.own_process import ProcessError, Progress, measure_run
from benchmarks.measuring.progress_bar import RunsBar
from ml import metrics
from ml.evaluation import evaluate_ranking, sample_negatives
from ml.interactions import Interactions
from ml.recommenders.base import Recommender, RecommenderError
from ml.recommenders.registry import recommender_class
from ml.splits import leave_one_out

K = 10
MOST_CASES = 2_000
BASELINE = "ials"
NEAR = 0.95
GENERATED_INTERACTIONS = 100_000
# Passes to try. A model that is not listed tries those of "". It stops at the target, or after two fits in a row that
# are worse than its best.
BUDGETS: Mapping[str, tuple[int, ...]] = {
    "ials": (1, 2, 4, 8, 15, 30),
    "bpr": (10, 30, 100, 300),
    "": (1, 2, 3, 5, 8, 12, 20, 30, 45, 70, 100),
}
BUDGET_FIELDS = ("most_epochs", "epochs", "iterations")
WORSE_IN_A_ROW = 2


@dataclass(frozen=True)
class TrainingData:
    """Train of a public set, by folder and name; without a folder generated data."""

    directory: Path | None
    name: str

    def read(self, seed: int) -> Interactions:
        """Return the interactions, without times; raises RankingSetError."""
        if self.directory is None:
            return planted_set(GENERATED_INTERACTIONS, seed=seed).interactions
        return read_ranking_set(self.directory, self.name).train


@dataclass(frozen=True)
class Point:
    """One fit.

    - budget: passes, None for the defaults.
    - has_passes: whether the number of passes can be set.
    - history: checks that a model with its defaults recorded.
    """

    budget: int | None
    ndcg: float
    seconds: float
    has_passes: bool
    history: list[Any]


def fit_point(data: TrainingData, model: str, budget: int | None, seed: int, progress: Progress | None = None) -> Point:
    """Fit a model for some passes without one item per user, and rank those items, of at most 2,000 users."""
    split = leave_one_out(data.read(seed), seed=seed)
    test = split.test
    if len(test) > MOST_CASES:
        test = test.select(np.sort(np.random.default_rng(seed).choice(len(test), MOST_CASES, replace=False)))
    default = recommender_class(model)()
    recommender = default if budget is None else with_passes(default, budget)
    fitted, cost = costed(lambda: recommender.fit(split.train, seed=seed, progress=progress))
    result = evaluate_ranking(fitted, split.train, sample_negatives(split.train, test, seed=seed))
    history = list(getattr(fitted, "history", None) or []) if budget is None else []
    ndcg = float(metrics.ndcg_at_k(result.ranks, K).mean())
    return Point(budget, ndcg, cost.fit_seconds, _passes_field(default) is not None, history)


def with_passes(recommender: Recommender, passes: int) -> Recommender:
    """Return a recommender that makes `passes` passes and does not search for a better number."""
    field = _passes_field(recommender)
    if field is None:
        raise RecommenderError(
            f"{recommender.name} cannot be told how many passes to make ({', '.join(BUDGET_FIELDS)})"
        )
    changes: dict[str, Any] = {field: passes}
    if hasattr(recommender.config, "validate"):
        changes["validate"] = False
    kind: Callable[[Any], Recommender] = type(recommender)
    return kind(replace(recommender.config, **changes))


def measure_times(data: TrainingData, models: Sequence[str], seed: int, bar: RunsBar) -> list[dict[str, Any]]:
    """Return one row per model, the baseline first: its curve, its best, and its time to the baseline's best."""
    rows: list[dict[str, Any]] = []
    target: float | None = None
    for model in models_in_order(models):
        row: dict[str, Any] = {"dataset": data.name, "model": model}
        try:
            default = _point(data, model, None, seed, bar)
            curve = _curve(data, model, target, seed, bar) if default.has_passes else [default]
            target = max(point.ndcg for point in curve) if model == BASELINE else target
            row |= summary(curve, default, target)
        except ProcessError as error:
            row["error"] = str(error)
        rows.append(row)
    return with_ratios(rows)


def models_in_order(models: Sequence[str]) -> list[str]:
    """Return the models, each once, after the baseline."""
    return list(dict.fromkeys([BASELINE, *models]))


def most_fits(models: Sequence[str]) -> int:
    """Return the largest number of fits that `measure_times` makes."""
    return sum(1 + len(_budgets(model)) for model in models_in_order(models))


def summary(curve: Sequence[Point], default: Point, target: float | None) -> dict[str, Any]:
    """Return the figures of one model's curve; seconds to a target are None where no fit reached it."""
    best = max(curve, key=lambda point: point.ndcg)
    return {
        "best_ndcg": best.ndcg,
        "best_budget": best.budget,
        "best_seconds": best.seconds,
        "target_ndcg": target,
        "target_seconds": _fastest(curve, target),
        "near_target_seconds": _fastest(curve, None if target is None else NEAR * target),
        "default_ndcg": default.ndcg,
        "default_seconds": default.seconds,
        "curve": [{"budget": point.budget, "ndcg": point.ndcg, "seconds": point.seconds} for point in curve],
        "history": default.history,
    }


def with_ratios(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Add how many times the baseline's seconds each model took to the two targets; None where either did not."""
    baseline = next((row for row in rows if row["model"] == BASELINE), {})
    result = []
    for row in rows:
        ratios = {}
        for kind in ("target", "near_target"):
            own, other = row.get(f"{kind}_seconds"), baseline.get(f"{kind}_seconds")
            ratios[f"{kind}_ratio"] = own / other if own is not None and other else None
        result.append({**row, **ratios})
    return result


def _curve(data: TrainingData, model: str, target: float | None, seed: int, bar: RunsBar) -> list[Point]:
    """Return fits of rising budgets, up to the one with the target, or the second in a row that is not the best."""
    curve: list[Point] = []
    budgets = _budgets(model)
    for budget in budgets:
        curve.append(_point(data, model, budget, seed, bar))
        best = max(range(len(curve)), key=lambda place: curve[place].ndcg)
        has_target = target is not None and curve[best].ndcg >= target
        if has_target or len(curve) - 1 - best >= WORSE_IN_A_ROW:
            break
    bar.skip(len(budgets) - len(curve))
    return curve


def _point(data: TrainingData, model: str, budget: int | None, seed: int, bar: RunsBar) -> Point:
    def describe(point: Point) -> str:
        return f"NDCG@10 {point.ndcg:.3f} in {point.seconds:.1f} s"

    name = f"{model} on {data.name}, " + ("defaults" if budget is None else f"{budget} passes")
    point: Point = measure_run(bar, name, fit_point, data, model, budget, seed, describe=describe)
    return point


def _budgets(model: str) -> tuple[int, ...]:
    return BUDGETS.get(model, BUDGETS[""])


def _passes_field(recommender: Recommender) -> str | None:
    return next((name for name in BUDGET_FIELDS if hasattr(recommender.config, name)), None)


def _fastest(curve: Sequence[Point], target: float | None) -> float | None:
    return min((point.seconds for point in curve if target is not None and point.ndcg >= target), default=None)
