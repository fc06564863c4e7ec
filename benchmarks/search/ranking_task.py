"""Task of a search, and that of ranking: fit a recommender on a part of train, measure it on the rest of train."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from benchmarks.datasets.data_files import read_data_files
from benchmarks.measuring.own_process import peak_rss_mib
from benchmarks.search.records import data_hash
from ml.artifact import JSON
from ml.evaluation import evaluate_ranking, sample_negatives
from ml.interactions import Interactions
from ml.recommenders.base import Progress
from ml.recommenders.registry import recommender_class, recommender_names
from ml.splits import SplitError, leave_one_out

K = 10
Direction: TypeAlias = Literal["maximize", "minimize"]


@dataclass(frozen=True)
class Measured:
    """Result of one fit: its whole config, figures on validation items (None: no case), curves, time and memory."""

    config: dict[str, JSON]
    metrics: dict[str, float | None]
    curves: list[dict[str, JSON]]
    seconds: float
    peak_rss_mib: float


@dataclass(frozen=True)
class Task:
    """Purpose of models of one kind, and how a search measures them.

    - objectives: metrics of `measure` with their better direction, the default first.
    - read_files: returns the name of data files and their usable data, without the test items.
    - of_interactions: returns the usable data of a ranking set's train.
    - hash_of: SHA-256 of usable data.
    - measure(model, changes, data, seed, progress=...): fits a model with changed settings on a part of the data and
      measures it on the rest.
    """

    name: str
    objectives: Mapping[str, Direction]
    model_names: Callable[[], tuple[str, ...]]
    defaults: Callable[[str], Any]
    read_files: Callable[[Sequence[Path], str], tuple[str, Any]]
    of_interactions: Callable[[Interactions], Any]
    hash_of: Callable[[Any], str]
    measure: Callable[..., Measured]


def measure_ranking(
    model: str, changes: Mapping[str, Any], train: Interactions, seed: int, progress: Progress
) -> Measured:
    """Fit a top-N recommender without one item per user and rank that item among 99 others.

    Raises RecommenderError, and SplitError when no user has two items.
    """
    split = leave_one_out(train, seed=seed)
    if not len(split.test):
        raise SplitError("no user has two different items, so none can be held out for validation")
    cases = sample_negatives(split.train, split.test, seed=seed)
    kind: Any = recommender_class(model)
    recommender = kind(replace(kind().config, **changes))
    started = time.perf_counter()
    fitted = recommender.fit(split.train, seed=seed, progress=progress)
    seconds = time.perf_counter() - started
    peak = peak_rss_mib()
    summary = evaluate_ranking(fitted, split.train, cases).summary(K)
    metrics = {name: None if math.isnan(value) else value for name, value in summary.items()}
    return Measured(recommender.settings(), metrics, curves_of(fitted.metadata().get("history")), seconds, peak)


def curves_of(history: JSON) -> list[dict[str, JSON]]:
    """Return the history of a fitted model, one row per check; empty without one."""
    return [row for row in history if isinstance(row, dict)] if isinstance(history, list) else []


def _train_of_files(paths: Sequence[Path], format_name: str) -> tuple[str, Interactions]:
    data = read_data_files(paths, format_name)
    return data.name, leave_one_out(data.interactions).train


RANKING = Task(
    "ranking",
    {f"ndcg_at_{K}": "maximize", f"hr_at_{K}": "maximize", "mrr": "maximize"},
    recommender_names,
    lambda name: recommender_class(name)().config,
    _train_of_files,
    lambda train: train,
    data_hash,
    measure_ranking,
)
