"""How long training takes to a given quality, and how its cost grows: `python -m benchmarks.training --help`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.fit_growth import measure_growth
from benchmarks.markdown_tables import markdown
from benchmarks.planted import SMALLEST
from benchmarks.progress_bar import RunsBar
from benchmarks.ranking_files import RankingFileError, ranking_set_names
from benchmarks.row_files import STANDARD_OUTPUT, names_in, refuse_unwritable, write_rows
from benchmarks.run_stamp import stamped
from benchmarks.sections import SECTIONS
from benchmarks.time_to_quality import TrainingData, measure_times, most_fits
from ml.recommenders.base import RecommenderError
from ml.recommenders.registry import recommender_names

STOPPED_BY_HAND = 130
TIME, GROWTH = "training_time", "training_growth"


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.training",
        description="Measure how long models train until they rank as well as iALS at its best (NDCG@10 of items held "
        "out of the training data; test files are only checked), and how time and memory of a fit grow with generated "
        "data. A fit that fails has a row with `error`; the exit status is 1 only when no row could be measured.",
        epilog="example: python -m benchmarks.training --data ratings/ --datasets AMusic --sizes 10000,100000 "
        "--json training.json",
    )
    add = parser.add_argument
    add("--data", type=Path, help="folder with NAME.train.rating[.gz] triples (default: generated data)")
    add("--datasets", "--dataset", help="names in it, separated by commas (default: all)")
    add("--models", default="bpr,dmf", help="what to time beside ials (default: %(default)s)")
    add("--growth", default="dmf", metavar="NAMES", help="what to fit on growing data (default: %(default)s)")
    add("--sizes", default="10000,100000,1000000", help="how many interactions it grows to (default: %(default)s)")
    add("--only", choices=("time", "growth"), help="measure one of the two")
    add("--seed", type=int, default=0, help="seed of data and fits (default: 0)")
    add("--json", type=Path, metavar="FILE", help="also write the rows to FILE; - is standard output")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    rows: list[dict[str, Any]] = []
    status = 0

    def keep(section: str, found: Sequence[dict[str, Any]]) -> None:
        rows.extend(
            stamped(found, section=section, program="benchmarks.training", arguments=arguments, seed=options.seed)
        )
        write_rows(rows, options.json)

    try:
        datasets, models, growing, sizes = _chosen(options)
        with RunsBar(len(datasets) * most_fits(models) + len(growing) * len(sizes)) as bar:
            for data in datasets:
                keep(TIME, measure_times(data, models, options.seed, bar))
            keep(GROWTH, measure_growth(growing, sizes, options.seed, bar))
    except (OSError, RankingFileError, RecommenderError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped by hand; whole tables that were measured are kept.", file=sys.stderr)
        status = STOPPED_BY_HAND
    if options.json == STANDARD_OUTPUT:
        print(json.dumps(rows, indent=1))
    else:
        tables = [markdown(SECTIONS[name], [row for row in rows if row["section"] == name]) for name in (TIME, GROWTH)]
        print("\n\n".join(table for table in tables if table))
    return status or int(all("error" in row for row in rows))


def _chosen(options: argparse.Namespace) -> tuple[list[TrainingData], list[str], list[str], list[int]]:
    """Return the sets and models to time, and those to grow with the sizes; raises for what does not exist."""
    refuse_unwritable(options.json)
    models, growing = _recommenders(options.models), _recommenders(options.growth)
    sizes = names_in(options.sizes)
    if not all(size.isdecimal() and int(size) >= SMALLEST for size in sizes):
        raise RecommenderError(f"--sizes {options.sizes}: expected whole numbers from {SMALLEST}, separated by commas")
    datasets = [] if options.only == "growth" else _datasets(options)
    return datasets, models, [] if options.only == "time" else growing, [int(size) for size in sizes]


def _datasets(options: argparse.Namespace) -> list[TrainingData]:
    if options.data is None:
        if options.datasets:
            raise RankingFileError("--datasets needs --data, the folder they lie in")
        return [TrainingData(None, "generated")]
    found = ranking_set_names(options.data)
    asked = names_in(options.datasets) or list(found)
    missing = [name for name in asked if name not in found]
    if missing or not asked:
        wanted = repr(missing[0]) if missing else "at all"
        raise RankingFileError(f"{options.data} holds no set {wanted}; there are: {', '.join(found) or 'none'}")
    return [TrainingData(options.data, name) for name in asked]


def _recommenders(given: str) -> list[str]:
    for name in names_in(given):
        if name not in recommender_names():
            raise RecommenderError(f"no recommender is called {name!r}; there are {', '.join(recommender_names())}")
    return names_in(given)


if __name__ == "__main__":
    sys.exit(main())
