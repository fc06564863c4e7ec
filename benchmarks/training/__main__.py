"""Command `python -m benchmarks.training`: time to a given quality, and growth of a fit with the data."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.datasets.planted import SMALLEST
from benchmarks.datasets.ranking_sets import RankingSetError, chosen_sets
from benchmarks.measuring.command import Results, command_parser, run_command
from benchmarks.measuring.options import OptionError, known_names, names_in
from benchmarks.measuring.progress_bar import RunsBar
from benchmarks.training.growth import measure_growth
from benchmarks.training.time_to_quality import TrainingData, measure_times, most_fits
from ml.recommenders.base import RecommenderError
from ml.recommenders.registry import recommender_names

TIME, GROWTH = "training_time", "training_growth"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = command_parser(
        "training",
        "Measure how long models train until they rank as well as iALS at its best (NDCG@10 of items held "
        "out of the training data; test files are only checked), and how time and memory of a fit grow with generated "
        "data. A fit that fails has a row with `error`; the exit status is 1 only when no row could be measured.",
        example="--data ratings/ --datasets AMusic --sizes 10000,100000 --json training.json",
    )
    add = parser.add_argument
    add("--data", type=Path, help="folder with NAME.train.rating[.gz] triples (default: generated data)")
    add("--datasets", "--dataset", help="names in it, separated by commas (default: all)")
    add("--models", default="bpr,dmf", help="models to time beside ials (default: %(default)s)")
    add("--growth", default="dmf", metavar="NAMES", help="models to fit on growing data (default: %(default)s)")
    add("--sizes", default="10000,100000,1000000", help="numbers of interactions (default: %(default)s)")
    add("--only", choices=("time", "growth"), help="measure one of the two")
    add("--seed", type=int, default=0, help="seed of data and fits (default: 0)")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)

    def measure(results: Results) -> None:
        models = known_names(names_in(options.models), recommender_names(), "recommender")
        growing = known_names(names_in(options.growth), recommender_names(), "recommender")
        sizes = _sizes(options.sizes)
        datasets = [] if options.only == "growth" else _datasets(options)
        growing = [] if options.only == "time" else growing
        with RunsBar(len(datasets) * most_fits(models) + len(growing) * len(sizes)) as bar:
            for data in datasets:
                results.add(measure_times(data, models, options.seed, bar), section=TIME)
            results.add(measure_growth(growing, sizes, options.seed, bar), section=GROWTH)

    return run_command("training", options, arguments, measure, errors=(RankingSetError, RecommenderError))


def _sizes(given: str) -> list[int]:
    sizes = names_in(given)
    if not all(size.isdecimal() and int(size) >= SMALLEST for size in sizes):
        raise OptionError(f"--sizes {given}: expected whole numbers from {SMALLEST}, separated by commas")
    return [int(size) for size in sizes]


def _datasets(options: argparse.Namespace) -> list[TrainingData]:
    if options.data is not None:
        return [TrainingData(options.data, name) for name in chosen_sets(options.data, options.datasets)]
    if options.datasets:
        raise OptionError("--datasets needs --data, the folder they lie in")
    return [TrainingData(None, "generated")]


if __name__ == "__main__":
    raise SystemExit(main())
