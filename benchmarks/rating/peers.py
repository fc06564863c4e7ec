"""Peers of the rating models: the mean of all ratings, and the SVD of scikit-surprise with its defaults."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pandas as pd
import surprise
from numpy.typing import ArrayLike, NDArray

from ml.rating.ratings import Ratings

Predict: TypeAlias = Callable[[ArrayLike, ArrayLike], NDArray[np.float32]]


def fit_global_mean(ratings: Ratings, seed: int) -> Predict:
    """Return a predictor of the mean of the ratings for every pair."""
    mean = np.float32(ratings.stars.mean())
    return lambda users, items: np.full(np.shape(users), mean, np.float32)


def fit_svd(ratings: Ratings, seed: int) -> Predict:
    """Return scikit-surprise's SVD: 100 factors, 20 epochs; its predictions are clipped to the scale."""
    frame = pd.DataFrame({"user": ratings.users, "item": ratings.items, "stars": ratings.stars})
    data = surprise.Dataset.load_from_df(frame, surprise.Reader(rating_scale=ratings.scale))
    fitted = surprise.SVD(random_state=seed).fit(data.build_full_trainset())

    def predict(users: ArrayLike, items: ArrayLike) -> NDArray[np.float32]:
        pairs = zip(np.asarray(users).tolist(), np.asarray(items).tolist(), strict=True)
        return np.array([fitted.predict(user, item).est for user, item in pairs], np.float32)

    return predict


PEERS: dict[str, Callable[[Ratings, int], Predict]] = {"global_mean": fit_global_mean, "svd": fit_svd}
