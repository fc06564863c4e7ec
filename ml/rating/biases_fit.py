"""Fitting of the biases of users and items, and choice of their shrinkage."""

from __future__ import annotations

from itertools import product

import numpy as np
from numpy.typing import NDArray

from ml.rating.ratings import Ratings
from ml.rating_prediction.biases import Biases

SWEEPS = 10
GRID = (1.0, 2.0, 5.0, 10.0, 20.0, 40.0)
N_FOLDS = 5
MOST_FOR_ALL_FOLDS = 200_000


def fit_biases(ratings: Ratings, *, user_shrinkage: float, item_shrinkage: float) -> Biases:
    """Return the biases that minimise squared error + shrinkage x squared biases, by alternating exact steps.

    b_i = sum(r - mean - b_u) / (n_i + shrinkage), and b_u likewise (Koren, "Factor in the Neighbors", TKDD 2010,
    section 2.2). Memory: a few numbers per user and item.
    """
    users, items, stars = ratings.users, ratings.items, ratings.stars.astype(np.float64)
    n_users, n_items = ratings.n_users, ratings.n_items
    user_counts = np.bincount(users, minlength=n_users)
    item_counts = np.bincount(items, minlength=n_items)
    # Avoids division by 0 for users and items without ratings.
    user_weight = np.maximum(user_counts + user_shrinkage, 1e-9)
    item_weight = np.maximum(item_counts + item_shrinkage, 1e-9)
    mean = float(stars.mean())
    off_mean = stars - mean
    of_users, of_items = np.zeros(n_users), np.zeros(n_items)
    for _ in range(SWEEPS):
        of_items = np.bincount(items, off_mean - of_users[users], n_items) / item_weight
        of_users = np.bincount(users, off_mean - of_items[items], n_users) / user_weight
    return Biases(mean, of_users.astype(np.float32), of_items.astype(np.float32), user_counts > 0, item_counts > 0)


def choose_shrinkage(ratings: Ratings, *, seed: int) -> tuple[float, float]:
    """Return the (user, item) shrinkage of GRID with the least squared error in cross-validation.

    There are 5 folds; with more than 200,000 ratings only the first is evaluated.
    """
    fold = np.random.default_rng(seed).permutation(len(ratings)) % N_FOLDS
    n_folds = 1 if len(ratings) > MOST_FOR_ALL_FOLDS else N_FOLDS
    if len(ratings) < N_FOLDS:
        return 5.0, 10.0
    parts = [(ratings.select(fold != number), ratings.select(fold == number)) for number in range(n_folds)]
    errors = {pair: sum(_squared_error(*part, *pair) for part in parts) for pair in product(GRID, GRID)}
    return min(errors, key=lambda pair: errors[pair])


def _squared_error(train: Ratings, test: Ratings, user_shrinkage: float, item_shrinkage: float) -> float:
    biases = fit_biases(train, user_shrinkage=user_shrinkage, item_shrinkage=item_shrinkage)
    predicted: NDArray[np.float32] = biases.predict(test.users.astype(np.int64), test.items.astype(np.int64))
    return float(np.square(test.stars - np.clip(predicted, *test.scale)).sum())
