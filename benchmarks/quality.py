"""Recommendation quality of registered recommenders on public ranking sets: `python -m benchmarks.quality --help`.

Each run has a process of its own, so that fit time and peak memory are its own too.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.ranking_files import RankingFileError, RankingSet, ranking_set_names, read_ranking_set
from ml import metrics
from ml.evaluation import RankingCases, bootstrap_interval, evaluate_lists, evaluate_ranking
from ml.interactions import Interactions
from ml.recommenders.base import RecommenderError
from ml.recommenders.registry import recommender_class, recommender_names

K = 10
COLUMNS = {
    "hr_at_10": "HR@10",
    "ndcg_at_10": "NDCG@10",
    "hr_at_10_warm": "HR warm",
    "ndcg_at_10_warm": "NDCG warm",
    "hr_at_10_cold": "HR cold",
    "ndcg_at_20_full": "NDCG@20 full",
    "coverage_at_20": "coverage@20",
    "fit_seconds": "fit s",
    "peak_rss_mib": "peak MiB",
}


@dataclass(frozen=True)
class Run:
    """One row of the table, and the NDCG@10 of every case for paired comparisons."""

    row: dict[str, Any]
    ndcg: NDArray[np.float64]


def measure(directory: Path, dataset: str, name: str, seed: int) -> Run:
    """Fit one recommender on one set and return its figures."""
    ranking_set = read_ranking_set(directory, dataset)
    recommender = recommender_class(name)()
    started = time.perf_counter()
    fitted = recommender.fit(ranking_set.train, seed=seed)
    fit_seconds = time.perf_counter() - started
    peak_rss_mib = _peak_rss_mib()
    train, cases = ranking_set.train, ranking_set.cases
    result = evaluate_ranking(fitted, train, cases)
    strict = evaluate_ranking(fitted, train, _without_known(ranking_set)).summary(K)
    test = Interactions(
        cases.users, cases.positives, np.ones(len(cases), np.float32), None, train.n_users, train.n_items
    )
    ndcg = metrics.ndcg_at_k(result.ranks, K)
    interval = bootstrap_interval(ndcg, seed=seed)
    row = {
        "dataset": dataset,
        "recommender": name,
        **result.summary(K),
        "ndcg_at_10_interval": [interval.low, interval.high],
        "hr_at_10_unseen_negatives": strict["hr_at_10"],
        "ndcg_at_10_unseen_negatives": strict["ndcg_at_10"],
        **evaluate_lists(fitted, train, test),
        "fit_seconds": fit_seconds,
        "peak_rss_mib": peak_rss_mib,
        "seed": seed,
        "n_cases": len(cases),
        "n_cases_warm": int(result.warm.sum()),
        "negatives_dropped": ranking_set.dropped,
        "negatives_in_train": int(ranking_set.in_train.sum()),
    }
    return Run({key: _json_number(value) for key, value in row.items()}, ndcg)


def compare(runs: list[Run]) -> list[Run]:
    """Add to each row of one set the paired NDCG@10 difference to the best other recommender, with its interval."""
    compared = []
    for run in runs:
        others = [other for other in runs if other is not run]
        if others:
            best = max(others, key=lambda other: float(other.ndcg.mean()))
            difference = bootstrap_interval(run.ndcg - best.ndcg)
            addition = {
                "best_other": best.row["recommender"],
                "ndcg_at_10_difference": difference.mean,
                "ndcg_at_10_difference_interval": [difference.low, difference.high],
            }
            run = replace(run, row=run.row | addition)
        compared.append(run)
    return compared


def parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.quality",
        description="Fit recommenders with their defaults on public ranking sets and print HR@10 and NDCG@10.",
        epilog="example: python -m benchmarks.quality --data ratings/ --datasets AMusic,ml-1m "
        "--recommenders popularity,item_knn,dmf --json quality.json",
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.train.rating[.gz] triples")
    parser.add_argument("--datasets", help="names, separated by commas (default: all that are in the folder)")
    parser.add_argument("--recommenders", help=f"names, separated by commas (default: {','.join(recommender_names())})")
    parser.add_argument("--seed", type=int, default=0, help="seed of the fits (default: 0)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to FILE; - is standard output")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    try:
        datasets, names = _chosen(options)
        rows = _run_all(options.data, datasets, names, options.seed)
    except (RankingFileError, RecommenderError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    to_pipe = options.json is not None and str(options.json) == "-"
    if to_pipe:
        print(json.dumps(rows, indent=1))
    else:
        print(table(rows))
    if options.json is not None and not to_pipe:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


def table(rows: list[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    heads = ["set", "recommender", *COLUMNS.values(), "NDCG@10 difference to the best other"]
    lines = [heads, ["---"] * len(heads)]
    for row in rows:
        cells = [_cell(row[key], 1 if key.startswith(("fit", "peak")) else 3) for key in COLUMNS]
        lines.append([row["dataset"], row["recommender"], *cells, _difference(row)])
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _chosen(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Return the sets and recommenders asked for; raises for names that do not exist."""
    found = ranking_set_names(options.data)
    datasets = options.datasets.split(",") if options.datasets else list(found)
    if not datasets:
        raise RankingFileError(f"{options.data} holds no NAME.train.rating, NAME.test.rating, NAME.test.negative")
    for dataset in datasets:
        if dataset not in found:
            raise RankingFileError(f"{options.data} holds no set {dataset!r}; there are: {', '.join(found) or 'none'}")
    names = options.recommenders.split(",") if options.recommenders else list(recommender_names())
    for name in names:
        if name not in recommender_names():
            raise RecommenderError(f"no recommender is called {name!r}; there are {', '.join(recommender_names())}")
    return datasets, names


def _run_all(directory: Path, datasets: list[str], names: list[str], seed: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed}/{task.total}"))
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("measuring", total=len(datasets) * len(names))
        for dataset in datasets:
            runs = []
            for name in names:
                progress.update(task, description=f"{name} on {dataset}")
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
                    runs.append(pool.submit(measure, directory, dataset, name, seed).result())
                progress.advance(task)
            rows += [run.row for run in compare(runs)]
    return rows


def _without_known(ranking_set: RankingSet) -> RankingCases:
    cases = ranking_set.cases
    return replace(cases, negatives=np.where(ranking_set.in_train, np.int32(-1), cases.negatives))


def _peak_rss_mib() -> float:
    """Return this process's peak resident memory; Linux counts the parent's into ru_maxrss, so not that one."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _json_number(value: Any) -> Any:
    """Return None for NaN, which JSON does not know."""
    return None if isinstance(value, float) and math.isnan(value) else value


def _cell(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _difference(row: dict[str, Any]) -> str:
    if "best_other" not in row:
        return "-"
    low, high = row["ndcg_at_10_difference_interval"]
    return f"{row['ndcg_at_10_difference']:+.3f} [{low:+.3f}, {high:+.3f}] {row['best_other']}"


if __name__ == "__main__":
    sys.exit(main())
