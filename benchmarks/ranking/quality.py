"""Recommendation quality of registered recommenders on public ranking sets.

Each run has a process of its own, so fit time and peak memory are its own. A run that fails has a row with null figures
and `error`; the others go on.
"""

from __future__ import annotations

import argparse
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets.ranking_sets import RankingSet, RankingSetError, chosen_sets, read_ranking_set
from benchmarks.measuring.command import Results, command_parser, run_command
from benchmarks.measuring.fit_cost import costed
from benchmarks.measuring.options import known_names, names_in
from benchmarks.measuring.own_process import ProcessError, Progress, measure_run
from benchmarks.measuring.progress_bar import RunsBar
from ml import metrics
from ml.evaluation import RankingResult, Scorer, bootstrap_interval, evaluate_lists, evaluate_ranking
from ml.interactions import Interactions
from ml.recommenders.base import RecommenderError
from ml.recommenders.registry import recommender_class, recommender_names

K = 10
LIST_LENGTH = 20
MOST_LIST_USERS = 5_000
OURS = {"dmf", "hybrid"}
# Figures that every row has, null where they could not be measured.
FIGURES = (
    *("hr_at_10", "ndcg_at_10", "hr_at_10_warm", "ndcg_at_10_warm", "hr_at_10_cold", "ndcg_at_20_full"),
    *("coverage_at_20", "fit_seconds", "peak_rss_mib"),
)


@dataclass(frozen=True)
class Run:
    """One row of the table, and the NDCG@10 of every case for paired comparisons; empty for a run that failed."""

    row: dict[str, Any]
    ndcg: NDArray[np.float64]


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "quality",
        "Fit recommenders with their defaults on public ranking sets and print what they are worth. "
        f"Lists of the whole catalogue are made for at most {MOST_LIST_USERS:,} users, drawn with the seed. A run that "
        "fails has a row with `error`; the exit status is 1 only when no run succeeded.",
        example="--data ratings/ --datasets AMusic,ml-1m --recommenders popularity,item_knn,dmf --json quality.json",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.train.rating[.gz] triples")
    parser.add_argument("--datasets", help="names, separated by commas (default: all that are in the folder)")
    parser.add_argument("--recommenders", help=f"names, separated by commas (default: {','.join(recommender_names())})")
    parser.add_argument("--seed", type=int, default=0, help="seed of the fits (default: 0)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)

    def measure_sets(results: Results) -> None:
        datasets = chosen_sets(options.data, options.datasets)
        names = known_names(names_in(options.recommenders) or recommender_names(), recommender_names(), "recommender")
        for rows in rows_by_set(options.data, datasets, names, options.seed):
            results.add(rows)

    return run_command("quality", options, arguments, measure_sets, errors=(RankingSetError, RecommenderError))


def rows_by_set(
    directory: Path, datasets: Sequence[str], names: Sequence[str], seed: int
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of one set after the other, one row per recommender."""
    with RunsBar(len(datasets) * len(names)) as bar:
        for dataset in datasets:
            yield [run.row for run in compare([_run(bar, directory, dataset, name, seed) for name in names])]


def _run(bar: RunsBar, directory: Path, dataset: str, name: str, seed: int) -> Run:
    def describe(run: Run) -> str:
        return f"NDCG@10 {run.row['ndcg_at_10']:.3f}, fit in {run.row['fit_seconds']:.1f} s"

    try:
        run: Run = measure_run(bar, f"{name} on {dataset}", measure, directory, dataset, name, seed, describe=describe)
    except ProcessError as error:
        row = {"dataset": dataset, "recommender": name, **dict.fromkeys(FIGURES), "error": str(error), "seed": seed}
        return Run(row, np.zeros(0))
    return run


def measure(
    directory: Path, dataset: str, name: str, seed: int, progress: Progress = lambda fraction, text: None
) -> Run:
    """Fit one recommender on one set and return its figures."""
    ranking_set = read_ranking_set(directory, dataset)
    train, cases = ranking_set.train, ranking_set.cases
    recommender = recommender_class(name)()
    fitted, cost = costed(
        lambda: recommender.fit(train, seed=seed, progress=lambda share, text: progress(0.9 * share, text))
    )
    progress(0.9, "ranking the held-out items")
    started = time.perf_counter()
    result = evaluate_ranking(fitted, train, cases)
    strict = _among_unseen(fitted, ranking_set, result)
    progress(0.95, "lists of the whole catalogue")
    test = Interactions(
        cases.users, cases.positives, np.ones(len(cases), np.float32), None, train.n_users, train.n_items
    )
    lists = evaluate_lists(fitted, train, test, LIST_LENGTH, most_users=MOST_LIST_USERS, seed=seed)
    hits, ndcg = metrics.hit_rate_at_k(result.ranks, K), metrics.ndcg_at_k(result.ranks, K)
    row = {
        "dataset": dataset,
        "recommender": name,
        **result.summary(K),
        "hr_at_10_interval": _interval(hits, seed),
        "ndcg_at_10_interval": _interval(ndcg, seed),
        "hr_at_10_unseen_negatives": strict["hr_at_10"],
        "ndcg_at_10_unseen_negatives": strict["ndcg_at_10"],
        **lists,
        **result.slices(K),
        **cost.to_row(),
        "evaluation_seconds": time.perf_counter() - started,
        "seed": seed,
        **_sizes(ranking_set, result),
    }
    return Run({key: _json_number(value) for key, value in row.items()}, ndcg)


def _sizes(ranking_set: RankingSet, result: RankingResult) -> dict[str, int]:
    train = ranking_set.train
    return {
        "n_users": train.n_users,
        "n_items": train.n_items,
        "n_interactions": len(train),
        "n_cases": len(ranking_set.cases),
        "n_cases_warm": int(result.warm.sum()),
        "negatives_dropped": ranking_set.dropped,
        "negatives_in_train": int(ranking_set.in_train.sum()),
        "train_rows_unrated": ranking_set.unrated,
    }


def compare(runs: Sequence[Run]) -> list[Run]:
    """Add to each row of one set the paired NDCG@10 difference to the best other recommender, with its interval.

    DMF and the hybrid it is part of are compared with the others, not with each other.
    """
    compared = []
    for run in runs:
        alike = OURS if run.row["recommender"] in OURS else {run.row["recommender"]}
        others = [other for other in runs if other.row["recommender"] not in alike and other.ndcg.size]
        if others and run.ndcg.size:
            best = max(others, key=lambda other: float(other.ndcg.mean()))
            difference = run.ndcg - best.ndcg
            addition = {
                "best_other": best.row["recommender"],
                "ndcg_at_10_difference": float(difference.mean()),
                "ndcg_at_10_difference_interval": _interval(difference, 0),
            }
            run = replace(run, row=run.row | addition)
        compared.append(run)
    return compared


def _among_unseen(fitted: Scorer, ranking_set: RankingSet, result: RankingResult) -> dict[str, float]:
    """Return the summary without negatives that the user has in train; only cases with such are ranked again."""
    cases, in_train = ranking_set.cases, ranking_set.in_train
    again = np.flatnonzero(in_train.any(axis=1))
    negatives = np.where(in_train, np.int32(-1), cases.negatives)
    some = replace(cases, users=cases.users[again], positives=cases.positives[again], negatives=negatives[again])
    ranks = result.ranks.copy()
    ranks[again] = evaluate_ranking(fitted, ranking_set.train, some).ranks
    return replace(result, ranks=ranks).summary(K)


def _interval(values: NDArray[np.float64], seed: int) -> list[float]:
    interval = bootstrap_interval(values, seed=seed)
    return [interval.low, interval.high]


def _json_number(value: Any) -> Any:
    """Return None for NaN, which JSON does not know."""
    return None if isinstance(value, float) and math.isnan(value) else value
