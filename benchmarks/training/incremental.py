"""Fine-tuning in steps against training anew.

Each user's last item is held out (ml.splits.leave_one_out) and ranked among 99 items that the user never touched, drawn
with the seed. The first 80 % by time of the other events train a model. The rest comes in steps, and each step
fine-tunes the model. A model trained anew on everything ranks the same cases. Both read all events of a user (fold-in).
An item that occurs only among the held-out ones ranks last for both.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.datasets.data_files import read_data_files
from benchmarks.measuring.command import Results, command_parser, run_command
from benchmarks.measuring.progress_bar import RunsBar
from ml.datasets.records import DatasetError
from ml.datasets.registry import format_names
from ml.evaluation import RankingCases, evaluate_ranking, sample_negatives
from ml.interactions import Interactions, InteractionsError
from ml.recommenders.base import Changes, FittedRecommender, RecommenderError
from ml.recommenders.registry import recommender_class, recommender_names
from ml.splits import leave_one_out

TIMED = "timed"
FIRST_SHARE = 0.8
K = 10


@dataclass(frozen=True)
class Spent:
    """Time of a fit. seconds: wall clock, longer on a busy machine; processor_seconds: of all threads."""

    seconds: float
    processor_seconds: float


def read_events(path: Path, format_name: str) -> tuple[str, Interactions]:
    """Return the data's name and its events with times; raise DatasetError.

    A file of format `timed` has lines of user, item, rating and Unix time.
    """
    if format_name == TIMED:
        return path.name.partition(".")[0], _read_timed(path)
    data = read_data_files([path], format_name)
    if data.interactions.timestamps is None:
        raise DatasetError(path, "not every row has a time, so the last events are unknown")
    return data.name, data.interactions


def replay(events: Interactions, model: str, steps: int, seed: int, bar: RunsBar) -> dict[str, Any]:
    """Return the figures of one replay in `steps` steps."""
    split = leave_one_out(events, seed=seed)
    cases = sample_negatives(split.train, split.test, seed=seed)
    train = split.train
    order = np.argsort(np.asarray(train.timestamps), kind="stable")
    first = int(FIRST_SHARE * len(train))
    bounds = np.linspace(first, len(train), steps + 1).round().astype(int)
    recommender = recommender_class(model)()
    bar.begin("the first 80 %")
    fitted, first_spent = _timed(
        lambda: recommender.fit(train.select(np.sort(order[:first])), seed=seed, progress=bar.report)
    )
    stale = _ndcg(fitted, train, cases)
    bar.end(f"NDCG@{K} {stale:.3f} in {first_spent.seconds:.1f} s")
    spent: list[Spent] = []
    for number, (start, end) in enumerate(zip(bounds[:-1], bounds[1:], strict=True), start=1):
        bar.begin(f"step {number}")
        until_now, changes = _step(train, order, start, end)
        fine_tune = partial(recommender.fine_tune, fitted, until_now, changes, seed=seed + number, progress=bar.report)
        fitted, taken = _timed(fine_tune)
        spent.append(taken)
        bar.end(f"{taken.seconds:.1f} s")
    tuned = _ndcg(fitted, train, cases)
    bar.begin("everything anew")
    anew, full_spent = _timed(lambda: recommender.fit(train, seed=seed, progress=bar.report))
    full = _ndcg(anew, train, cases)
    bar.end(f"NDCG@{K} {full:.3f} in {full_spent.seconds:.1f} s")
    sizes = {"steps": steps, "cases": len(cases), "n_interactions": len(train), "stale_ndcg": stale}
    return sizes | _compared(tuned, full, spent, full_spent)


def _compared(tuned: float, full: float, steps: Sequence[Spent], anew: Spent) -> dict[str, Any]:
    seconds, processor = [step.seconds for step in steps], [step.processor_seconds for step in steps]
    return {
        "fine_tuned_ndcg": tuned,
        "full_ndcg": full,
        "ndcg_change_percent": 100 * (tuned / full - 1) if full else None,
        "step_seconds": seconds,
        "mean_step_seconds": float(np.mean(seconds)),
        "fine_tune_seconds": float(np.sum(seconds)),
        "full_seconds": anew.seconds,
        "seconds_percent": 100 * float(np.sum(seconds)) / anew.seconds,
        "fine_tune_processor_seconds": float(np.sum(processor)),
        "full_processor_seconds": anew.processor_seconds,
        "processor_percent": 100 * float(np.sum(processor)) / anew.processor_seconds,
        "step_seconds_percent": 100 * float(np.mean(seconds)) / anew.seconds,
    }


def _step(train: Interactions, order: NDArray[np.int64], start: int, end: int) -> tuple[Interactions, Changes]:
    """Return the interactions until the end of a step, and the changes that the model has not seen."""
    rows = np.sort(order[:end])
    had_events = np.bincount(train.items[order[:start]], minlength=train.n_items) > 0
    known_as = np.where(had_events, np.arange(train.n_items), -1)
    return train.select(rows), Changes(known_as, np.isin(rows, order[start:end]))


def _timed(fit: Callable[[], FittedRecommender]) -> tuple[FittedRecommender, Spent]:
    started, worked = time.perf_counter(), time.process_time()
    fitted = fit()
    return fitted, Spent(time.perf_counter() - started, time.process_time() - worked)


def _ndcg(fitted: FittedRecommender, train: Interactions, cases: RankingCases) -> float:
    return evaluate_ranking(fitted, train, cases).summary(K)[f"ndcg_at_{K}"]


def _read_timed(path: Path) -> Interactions:
    try:
        rows = np.loadtxt(path, ndmin=2)
    except ValueError as error:
        raise DatasetError(path, f"expected lines of user, item, rating and Unix time: {error}") from error
    if not rows.size or rows.shape[1] != 4:
        raise DatasetError(path, f"expected lines of user, item, rating and Unix time, found {rows.shape[1]} columns")
    users, items = (np.unique(rows[:, side], return_inverse=True)[1] for side in (0, 1))
    return Interactions(
        users.astype(np.int32),
        items.astype(np.int32),
        rows[:, 2].astype(np.float32),
        rows[:, 3],
        int(users.max()) + 1,
        int(items.max()) + 1,
    )


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "incremental",
        "Replay the last 20 %% by time of a data file in steps of fine-tuning, and compare the model with "
        "one trained anew: NDCG@10 of each user's last item, held out of both, and the seconds each took.",
        example="--data ratings.txt --steps 10 --json incremental.json",
    )
    add = parser.add_argument
    add("--data", type=Path, required=True, metavar="FILE", help="events with times")
    add("--format", choices=(TIMED, *format_names()), default=TIMED, help="timed: user item rating time, one per line")
    add("--model", choices=recommender_names(), default="hybrid", help="recommender to train (default: %(default)s)")
    add("--steps", type=int, default=10, help="number of steps for the rest (default: %(default)s)")
    add("--seed", type=int, default=0, help="seed of fits and negatives (default: 0)")
    options = parser.parse_args(arguments)
    if options.steps < 1:
        parser.error(f"--steps {options.steps}: expected at least 1")
    return options


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)

    def measure(results: Results) -> None:
        name, events = read_events(options.data, options.format)
        with RunsBar(options.steps + 2) as bar:
            figures = replay(events, options.model, options.steps, options.seed, bar)
        results.add([{"dataset": name, "recommender": options.model, **figures}])

    errors = (DatasetError, InteractionsError, RecommenderError)
    return run_command("incremental", options, arguments, measure, errors=errors)
