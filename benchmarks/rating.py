"""How well rating models predict stars: `python -m benchmarks.rating --help`.

A fifth of the ratings, random or the latest, is predicted from the rest. Every pair of user and item counts once, with
its latest rating, and is on one side only. Nobody reads the review of a rating that is to be predicted. Each run has a
process of its own, and one that fails costs the others nothing: its row has null figures and `error`.
"""

from __future__ import annotations

import argparse
import json
import sys
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
from benchmarks.rating_files import read_ratings
from benchmarks.rating_peers import PEERS, Predict
from benchmarks.row_files import write_rows
from benchmarks.run_stamp import stamped
from benchmarks.sections import SECTIONS
from ml.datasets.records import DatasetError
from ml.datasets.registry import format_names
from ml.evaluation import bootstrap_interval
from ml.interactions import Interactions
from ml.rating.base import RatingModelError
from ml.rating.ratings import Ratings, RatingsError
from ml.rating.registry import rating_model, rating_model_names
from ml.splits import Split, SplitError, random_split, temporal_split

SPLITS = ("random", "temporal")
TEST_SHARE = 0.2
STOPPED_BY_HAND = 130
FIGURES = ("rmse", "mae", "pearson", "fit_seconds", "peak_rss_mib")  # null where they could not be measured


@dataclass(frozen=True)
class Source:
    """The files of one data set."""

    data: Path
    format_name: str
    metadata: Path | None


@dataclass(frozen=True)
class Run:
    """One row of the table, and the error in stars of every test rating; empty for a run that failed."""

    row: dict[str, Any]
    errors: NDArray[np.float64]


def measure(source: Source, split: str, name: str, seed: int, progress: Progress | None = None) -> Run:
    """Fit one model on the train part of one split and return its figures on the test part."""
    dataset, ratings = read_ratings(source.data, source.format_name, source.metadata)
    train, test = split_ratings(ratings, split, seed)
    predict, cost = costed(lambda: _fitted(name, train, seed, progress or _silent))
    predicted = predict(test.users, test.items).astype(np.float64)
    errors = test.stars - predicted
    squares = bootstrap_interval(np.square(errors), seed=seed)
    absolutes = bootstrap_interval(np.abs(errors), seed=seed)
    row = {
        "dataset": dataset,
        "split": split,
        "model": name,
        "rmse": squares.mean**0.5,
        "rmse_interval": [squares.low**0.5, squares.high**0.5],
        "mae": absolutes.mean,
        "mae_interval": [absolutes.low, absolutes.high],
        "pearson": pearson(test.stars, predicted),
        **cost.to_row(),
        "seed": seed,
        "n_train": len(train),
        "n_test": len(test),
        "share_of_new_users": float(np.mean(~np.isin(test.users, train.users))),
        "share_of_new_items": float(np.mean(~np.isin(test.items, train.items))),
    }
    return Run(row, errors)


def split_ratings(ratings: Ratings, split: str, seed: int) -> tuple[Ratings, Ratings]:
    """Return train and test; SplitError when a pair would be in both, or one of them is empty."""
    given = ratings.interactions
    parts: Split = (
        random_split(given, test_fraction=TEST_SHARE, seed=seed)
        if split == "random"
        else temporal_split(given, test_fraction=TEST_SHARE)
    )
    is_test = np.isin(_pairs(given), _pairs(parts.test))
    sides = (ratings.select(~is_test), ratings.select(is_test))
    for side, name in zip(sides, ("train", "test"), strict=True):
        if not len(side):
            raise SplitError(f"the {split} split of {len(ratings)} ratings leaves nothing for {name}")
    return sides[0], sides[1]


def pearson(stars: NDArray[np.floating[Any]], predicted: NDArray[np.floating[Any]]) -> float | None:
    """Return the correlation of two columns [n]; None when one of them is the same throughout."""
    if np.ptp(stars) == 0 or np.ptp(predicted) == 0:
        return None
    return float(np.corrcoef(stars, predicted)[0, 1])


def compare(runs: Sequence[Run]) -> list[Run]:
    """Add to each row of one split the paired difference of mean squared error to `svd`, with its interval."""
    svd = next((run for run in runs if run.row["model"] == "svd" and run.errors.size), None)
    if svd is None:
        return list(runs)
    compared = []
    for run in runs:
        if run is not svd and run.errors.size:
            found = bootstrap_interval(np.square(run.errors) - np.square(svd.errors))
            run = replace(run, row=run.row | {"mse_to_svd": found.mean, "mse_to_svd_interval": [found.low, found.high]})
        compared.append(run)
    return compared


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return the rows as a Markdown table."""
    return markdown(SECTIONS["rating"], rows)


def model_names() -> tuple[str, ...]:
    """Return all that can be measured: peers, models, and their presets."""
    return (*PEERS, *rating_model_names(presets=True))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rating",
        description="Predict a fifth of a file's ratings from the rest and print RMSE, MAE and Pearson's r. "
        "A run that fails has a row with `error`; the exit status is 1 only when no run succeeded.",
        epilog="example: python -m benchmarks.rating --data Gift_Cards_5.json.gz --metadata meta_Gift_Cards.json.gz "
        "--format amazon-reviews-2018 --models svd,bias_only,star_distribution --json rating.json",
    )
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="ratings or reviews")
    parser.add_argument("--format", required=True, choices=format_names(), help="format of the files")
    parser.add_argument("--metadata", type=Path, metavar="FILE", help="products, for their titles and descriptions")
    parser.add_argument("--models", help=f"names, separated by commas (default: {','.join(model_names())})")
    parser.add_argument("--split", default=",".join(SPLITS), help="random, temporal or both (default)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the random split and the fits (default: 0)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the rows to FILE; - is standard output")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    options = parse(arguments)
    rows: list[dict[str, Any]] = []
    status = 0
    try:
        names, splits = _chosen(options)
        source = Source(options.data, options.format, options.metadata)
        for split in splits:  # what no model can mend is said before any is fitted
            split_ratings(read_ratings(source.data, source.format_name, source.metadata)[1], split, options.seed)
        for found in _run_all(source, splits, names, options.seed):
            rows += stamped(
                found, section="rating", program="benchmarks.rating", arguments=arguments, seed=options.seed
            )
            write_rows(rows, options.json)
    except (OSError, DatasetError, RatingsError, RatingModelError, SplitError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped by hand; what was measured of whole splits is kept.", file=sys.stderr)
        status = STOPPED_BY_HAND
    print(json.dumps(rows, indent=1) if str(options.json) == "-" else table(rows))
    return status or int(all("error" in row for row in rows))


def _pairs(interactions: Interactions) -> NDArray[np.int64]:
    """Return one number per row, equal exactly where user and item are, int64 [n]."""
    return interactions.users.astype(np.int64) * interactions.n_items + interactions.items


def _fitted(name: str, train: Ratings, seed: int, progress: Progress) -> Predict:
    if name in PEERS:
        return PEERS[name](train, seed)
    return rating_model(name).fit(train, seed=seed, progress=progress).predict


def _chosen(options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """Return the models and splits asked for, each once; raises for what would stop the command at its end."""
    if options.json is not None and not options.json.absolute().parent.is_dir():
        raise FileNotFoundError(f"--json {options.json}: there is no such folder to write to")
    names = _names(options.models) or list(model_names())
    splits = _names(options.split)
    for kind, given, known in (("model", names, model_names()), ("split", splits, SPLITS)):
        for name in given:
            if name not in known:
                raise RatingModelError(f"no {kind} is called {name!r}; there are {', '.join(known)}")
    return names, splits


def _names(given: str | None) -> list[str]:
    return list(dict.fromkeys(name.strip() for name in (given or "").split(",") if name.strip()))


def _run_all(source: Source, splits: list[str], names: list[str], seed: int) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of one split after the other."""
    with RunsBar(len(splits) * len(names)) as bar:
        for split in splits:
            runs = []
            for name in names:
                bar.begin(f"{name}, {split} split")
                try:
                    runs.append(call_in_own_process(measure, source, split, name, seed, on_progress=bar.report))
                    row = runs[-1].row
                    bar.end(f"RMSE {row['rmse']:.3f}, MAE {row['mae']:.3f}, fit in {row['fit_seconds']:.1f} s")
                except ProcessError as error:
                    row = {"dataset": source.data.name.partition(".")[0], "split": split, "model": name}
                    row |= {**dict.fromkeys(FIGURES), "error": str(error), "seed": seed}
                    runs.append(Run(row, np.zeros(0)))
                    bar.end(f"failed: {error}")
            yield [run.row for run in compare(runs)]


def _silent(fraction: float, text: str) -> None:
    """Progress for nobody."""


if __name__ == "__main__":
    sys.exit(main())
