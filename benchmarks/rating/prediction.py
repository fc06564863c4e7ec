"""Errors of rating models: the ratings of a file are split, one part is predicted from the other.

Every pair of user and item counts once, with its latest rating, and is on one side only. No model reads the review of
a rating that it predicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.measuring.fit_cost import costed
from benchmarks.measuring.own_process import Progress
from benchmarks.rating.files import read_ratings
from benchmarks.rating.peers import PEERS, Predict
from ml.evaluation import bootstrap_interval
from ml.interactions import Interactions
from ml.rating.ratings import Ratings
from ml.rating.registry import rating_model
from ml.splits import Split, SplitError, random_split, temporal_split

SPLITS = ("random", "temporal")
TEST_SHARE = 0.2


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


def measure(source: Source, split: str, name: str, seed: int, progress: Progress = lambda fraction, text: None) -> Run:
    """Fit one model on the train part of one split and return its figures on the test part."""
    dataset, ratings = read_ratings(source.data, source.format_name, source.metadata)
    train, test = split_ratings(ratings, split, seed)
    predict, cost = costed(lambda: _fitted(name, train, seed, progress))
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
    interactions = ratings.interactions
    parts: Split = (
        random_split(interactions, test_fraction=TEST_SHARE, seed=seed)
        if split == "random"
        else temporal_split(interactions, test_fraction=TEST_SHARE)
    )
    is_test = np.isin(pair_keys(interactions), pair_keys(parts.test))
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
            interval = bootstrap_interval(np.square(run.errors) - np.square(svd.errors))
            run = replace(
                run, row=run.row | {"mse_to_svd": interval.mean, "mse_to_svd_interval": [interval.low, interval.high]}
            )
        compared.append(run)
    return compared


def pair_keys(interactions: Interactions) -> NDArray[np.int64]:
    """Return one number per row, equal exactly where user and item are, int64 [n]."""
    return interactions.users.astype(np.int64) * interactions.n_items + interactions.items


def _fitted(name: str, train: Ratings, seed: int, progress: Progress) -> Predict:
    if name in PEERS:
        return PEERS[name](train, seed)
    return rating_model(name).fit(train, seed=seed, progress=progress).predict
