"""Task of predicting stars: fit a rating model on a part of the ratings, measure it on the others."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measuring.own_process import peak_rss_mib
from benchmarks.rating.files import read_ratings
from benchmarks.rating.prediction import SPLITS, pair_keys, pearson, split_ratings
from benchmarks.search.ranking_task import Measured, Task, curves_of
from benchmarks.search.records import data_hash
from ml.datasets.records import DatasetError
from ml.interactions import Interactions
from ml.rating.base import Progress
from ml.rating.ratings import Ratings
from ml.rating.registry import rating_model, rating_model_names


def measure_rating(model: str, changes: Mapping[str, Any], train: Ratings, seed: int, progress: Progress) -> Measured:
    """Fit a rating model on four fifths of the ratings, chosen at random, and predict the others.

    Raises RatingModelError, and SplitError for too few ratings.
    """
    fitted_on, held_out = split_ratings(train, "random", seed)
    fitting = rating_model(model, **changes)
    started = time.perf_counter()
    predictor = fitting.fit(fitted_on, seed=seed, progress=progress)
    seconds = time.perf_counter() - started
    peak = peak_rss_mib()
    predicted = predictor.predict(held_out.users, held_out.items).astype(np.float64)
    errors = held_out.stars - predicted
    metrics = {
        "rmse": float(np.sqrt(np.square(errors).mean())),
        "mae": float(np.abs(errors).mean()),
        "pearson": pearson(held_out.stars, predicted),
    }
    return Measured(fitting.settings(), metrics, curves_of(predictor.history), seconds, peak)


def train_of(ratings: Ratings) -> Ratings:
    """Return the ratings that no split of benchmarks.rating, at seed 0, uses for its test."""
    is_train = np.ones(len(ratings), dtype=bool)
    for split in SPLITS:
        if split == "random" or ratings.timestamps is not None:
            _, test = split_ratings(ratings, split, 0)
            is_train &= ~np.isin(pair_keys(ratings.interactions), pair_keys(test.interactions))
    return ratings.select(is_train)


def _train_of_files(paths: Sequence[Path], format_name: str) -> tuple[str, Ratings]:
    if len(paths) > 2:
        raise DatasetError(paths[2], "one file of ratings and one of products are read, no third")
    name, ratings = read_ratings(paths[0], format_name, paths[1] if len(paths) > 1 else None)
    return name, train_of(ratings)


def _of_interactions(train: Interactions) -> Ratings:
    return Ratings(train.select(Ratings.latest_of(train.users, train.items, train.timestamps)))


def _hash_of(ratings: Ratings) -> str:
    """Return the SHA-256 of the ratings with their texts."""
    texts = repr((ratings.review_texts, ratings.content and ratings.content.texts))
    return hashlib.sha256(f"{data_hash(ratings.interactions)} {ratings.scale} {texts}".encode()).hexdigest()


RATING = Task(
    "rating",
    {"rmse": "minimize", "mae": "minimize", "pearson": "maximize"},
    lambda: rating_model_names(presets=True),
    lambda name: rating_model(name).config,
    _train_of_files,
    _of_interactions,
    _hash_of,
    measure_rating,
)
