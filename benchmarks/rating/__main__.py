"""Command `python -m benchmarks.rating`: error of rating models on a fifth of a file's ratings, random or the latest.

Each run has a process of its own. A run that fails has a row with null figures and `error`; the others go on.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring.command import Results, command_parser, run_command
from benchmarks.measuring.options import known_names, names_in
from benchmarks.measuring.own_process import ProcessError, measure_run
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.rating.files import read_ratings
from benchmarks.rating.peers import PEERS
from benchmarks.rating.prediction import SPLITS, Run, Source, compare, measure, split_ratings
from ml.datasets.records import DatasetError
from ml.datasets.registry import format_names
from ml.rating.base import RatingModelError
from ml.rating.ratings import RatingsError
from ml.rating.registry import rating_model_names
from ml.splits import SplitError

FIGURES = ("rmse", "mae", "pearson", "fit_seconds", "peak_rss_mib")  # null where they could not be measured
ERRORS = (DatasetError, RatingsError, RatingModelError, SplitError)


def model_names() -> tuple[str, ...]:
    """Return all that can be measured: peers, models, and their presets."""
    return (*PEERS, *rating_model_names(presets=True))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "rating",
        "Predict a fifth of a file's ratings from the rest and print RMSE, MAE and Pearson's r. "
        "A run that fails has a row with `error`; the exit status is 1 only when no run succeeded.",
        example="--data Gift_Cards_5.json.gz --metadata meta_Gift_Cards.json.gz --format amazon-reviews-2018 "
        "--models svd,bias_only,star_distribution --json rating.json",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="ratings or reviews")
    parser.add_argument("--format", required=True, choices=format_names(), help="format of the files")
    parser.add_argument("--metadata", type=Path, metavar="FILE", help="products, for their titles and descriptions")
    parser.add_argument("--models", help=f"names, separated by commas (default: {','.join(model_names())})")
    parser.add_argument("--split", default=",".join(SPLITS), help="random, temporal or both (default)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random split and the fits (default: 0)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)

    def measure_splits(results: Results) -> None:
        names = known_names(names_in(options.models) or model_names(), model_names(), "model")
        splits = known_names(names_in(options.split), SPLITS, "split")
        source = Source(options.data, options.format, options.metadata)
        ratings = read_ratings(source.data, source.format_name, source.metadata)[1]
        for split in splits:  # an impossible split is refused before any model is fitted
            split_ratings(ratings, split, options.seed)
        for rows in _rows_by_split(source, splits, names, options.seed):
            results.add(rows)

    return run_command("rating", options, arguments, measure_splits, errors=ERRORS)


def _rows_by_split(
    source: Source, splits: Sequence[str], names: Sequence[str], seed: int
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of one split after the other."""
    with RunsBar(len(splits) * len(names)) as bar:
        for split in splits:
            yield [run.row for run in compare([_run(bar, source, split, name, seed) for name in names])]


def _run(bar: RunsBar, source: Source, split: str, name: str, seed: int) -> Run:
    def describe(run: Run) -> str:
        return f"RMSE {run.row['rmse']:.3f}, MAE {run.row['mae']:.3f}, fit in {run.row['fit_seconds']:.1f} s"

    try:
        run: Run = measure_run(bar, f"{name}, {split} split", measure, source, split, name, seed, describe=describe)
    except ProcessError as error:
        row = {"dataset": source.data.name.partition(".")[0], "split": split, "model": name}
        return Run({**row, **dict.fromkeys(FIGURES), "error": str(error), "seed": seed}, np.zeros(0))
    return run


if __name__ == "__main__":
    raise SystemExit(main())
