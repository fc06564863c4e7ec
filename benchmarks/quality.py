"""Recommendation quality of registered recommenders on public ranking sets: `python -m benchmarks.quality --help`.

Each run has a process of its own, so that fit time and peak memory are its own too, and a run that fails costs the
others nothing: its row has null figures and `error`.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.fit_cost import costed
from benchmarks.markdown_tables import markdown
from benchmarks.own_process import ProcessError, Progress, call_in_own_process
from benchmarks.progress_bar import RunsBar
from benchmarks.ranking_files import RankingFileError, RankingSet, ranking_set_names, read_ranking_set
from benchmarks.row_files import STANDARD_OUTPUT, names_in, refuse_unwritable, write_rows
from benchmarks.run_stamp import stamped
from benchmarks.sections import SECTIONS
from ml import metrics
from ml.evaluation import RankingResult, Scorer, bootstrap_interval, evaluate_lists, evaluate_ranking
from ml.interactions import Interactions
from ml.recommenders.base import RecommenderError
from ml.recommenders.registry import recommender_class, recommender_names

K = 10
LIST_LENGTH = 20
MOST_LIST_USERS = 5_000
STOPPED_BY_HAND = 130
OURS = {"dmf", "hybrid"}
# What every row has, null where it could not be measured.
FIGURES = (
    *("hr_at_10", "ndcg_at_10", "hr_at_10_warm", "ndcg_at_10_warm", "hr_at_10_cold", "ndcg_at_20_full"),
    *("coverage_at_20", "fit_seconds", "peak_rss_mib"),
)


@dataclass(frozen=True)
class Run:
    """One row of the table, and the NDCG@10 of every case for paired comparisons; empty for a run that failed."""

    row: dict[str, Any]
    ndcg: NDArray[np.float64]


def measure(directory: Path, dataset: str, name: str, seed: int, progress: Progress | None = None) -> Run:
    """Fit one recommender on one set and return its figures."""
    report = progress or _silent
    ranking_set = read_ranking_set(directory, dataset)
    train, cases = ranking_set.train, ranking_set.cases
    recommender = recommender_class(name)()
    fitted, cost = costed(
        lambda: recommender.fit(train, seed=seed, progress=lambda share, text: report(0.9 * share, text))
    )
    report(0.9, "ranking the held-out items")
    started = time.perf_counter()
    result = evaluate_ranking(fitted, train, cases)
    strict = _among_unseen(fitted, ranking_set, result)
    report(0.95, "lists of the whole catalogue")
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
        "n_users": train.n_users,
        "n_items": train.n_items,
        "n_interactions": len(train),
        "n_cases": len(cases),
        "n_cases_warm": int(result.warm.sum()),
        "negatives_dropped": ranking_set.dropped,
        "negatives_in_train": int(ranking_set.in_train.sum()),
        "train_rows_unrated": ranking_set.unrated,
    }
    return Run({key: _json_number(value) for key, value in row.items()}, ndcg)


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


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Fit recommenders with their defaults on public ranking sets and print what they are worth. "
        f"Lists of the whole catalogue are made for at most {MOST_LIST_USERS:,} users, drawn with the seed. A run that "
        "fails has a row with `error`; the exit status is 1 only when no run succeeded.",
        epilog="example: python -m benchmarks.quality --data ratings/ --datasets AMusic,ml-1m "
        "--recommenders popularity,item_knn,dmf --json quality.json",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.train.rating[.gz] triples")
    parser.add_argument("--datasets", help="names, separated by commas (default: all that are in the folder)")
    parser.add_argument("--recommenders", help=f"names, separated by commas (default: {','.join(recommender_names())})")
    parser.add_argument("--seed", type=int, default=0, help="seed of the fits (default: 0)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to FILE; - is standard output")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    rows: list[dict[str, Any]] = []
    status = 0
    try:
        datasets, names = _chosen(options)
        for of_dataset in _run_all(options.data, datasets, names, options.seed):
            rows += stamped(
                of_dataset, section="quality", program="benchmarks.quality", arguments=arguments, seed=options.seed
            )
            write_rows(rows, options.json)
    except (OSError, RankingFileError, RecommenderError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped by hand; what was measured of whole sets is kept.", file=sys.stderr)
        status = STOPPED_BY_HAND
    if options.json == STANDARD_OUTPUT:
        print(json.dumps(rows, indent=1))
    else:
        print(markdown(SECTIONS["quality"], rows))
    return status or int(all("error" in row for row in rows))


def _chosen(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Return the sets and recommenders asked for, each once; raises for what would stop the command at its end."""
    refuse_unwritable(options.json)
    found = ranking_set_names(options.data)
    datasets = names_in(options.datasets) or list(found)
    if not datasets:
        raise RankingFileError(f"{options.data} holds no NAME.train.rating, NAME.test.rating, NAME.test.negative")
    for dataset in datasets:
        if dataset not in found:
            raise RankingFileError(f"{options.data} holds no set {dataset!r}; there are: {', '.join(found) or 'none'}")
    names = names_in(options.recommenders) or list(recommender_names())
    for name in names:
        if name not in recommender_names():
            raise RecommenderError(f"no recommender is called {name!r}; there are {', '.join(recommender_names())}")
    return datasets, names


def _run_all(directory: Path, datasets: list[str], names: list[str], seed: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of one set after the other."""
    with RunsBar(len(datasets) * len(names)) as bar:
        for dataset in datasets:
            runs = []
            for name in names:
                bar.begin(f"{name} on {dataset}")
                try:
                    runs.append(call_in_own_process(measure, directory, dataset, name, seed, on_progress=bar.report))
                    bar.end(f"NDCG@10 {runs[-1].row['ndcg_at_10']:.3f}, fit in {runs[-1].row['fit_seconds']:.1f} s")
                except ProcessError as error:
                    row = {"dataset": dataset, "recommender": name, **dict.fromkeys(FIGURES)}
                    runs.append(Run(row | {"error": str(error), "seed": seed}, np.zeros(0)))
                    bar.end(f"failed: {error}")
            yield [run.row for run in compare(runs)]


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
    found = bootstrap_interval(values, seed=seed)
    return [found.low, found.high]


def _json_number(value: Any) -> Any:
    """Return None for NaN, which JSON does not know."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _silent(fraction: float, text: str) -> None:
    """Progress for nobody."""


if __name__ == "__main__":
    sys.exit(main())
