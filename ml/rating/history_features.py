"""Features of a user's or an item's history: shares of stars, mean residual, number, sentiment and length of
reviews."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.rating.biases_fit import fit_biases
from ml.rating.history_sums import sums_of_all, sums_of_earlier, sums_of_others
from ml.rating.ratings import Ratings
from ml.rating.review_sentiment import sentiments_of

MOST_LEVELS = 10
SHRINKAGES = {"user": (2.0, 8.0), "item": (3.0, 10.0)}  # number of pseudo-ratings of the average user or item


@dataclass(frozen=True, eq=False)
class HistoryFeatures:
    """Values of n ratings, to be summed per user and per item.

    - `levels`: float32 [s], the stars of s levels; `level_of`: int [n], each rating's level; `shares`: float64 [s];
    - `user_values`, `item_values`: float64 [n, c]: 1, one column per level, the residual of the other side's bias, and
      with reviews the sentiment and log length minus their means.
    """

    ratings: Ratings
    levels: NDArray[np.float32]
    level_of: NDArray[np.int64]
    shares: NDArray[np.float64]
    user_values: NDArray[np.float64]
    item_values: NDArray[np.float64]

    @property
    def n_features(self) -> int:
        """Number of features per side."""
        return int(self.user_values.shape[1]) + 1

    def features_of_others(self) -> NDArray[np.float64]:
        """Return the features of every rating from all other ratings, float64 [n, 2 f], the user's first."""
        ratings = self.ratings
        return np.hstack(
            [
                self._features(sums_of_others(ratings.users, self.user_values, ratings.n_users), "user"),
                self._features(sums_of_others(ratings.items, self.item_values, ratings.n_items), "item"),
            ]
        )

    def features_of_earlier(self) -> NDArray[np.float64] | None:
        """Return the features of every rating from earlier ratings, float64 [n, 2 f]; None without timestamps."""
        ratings = self.ratings
        if ratings.timestamps is None:
            return None
        return np.hstack(
            [
                self._features(sums_of_earlier(ratings.users, self.user_values, ratings.timestamps), "user"),
                self._features(sums_of_earlier(ratings.items, self.item_values, ratings.timestamps), "item"),
            ]
        )

    def features_of_all(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the features from all ratings, float64 [n_users + 1, f] and [n_items + 1, f]; last row: no history."""
        ratings = self.ratings
        users = sums_of_all(ratings.users, self.user_values, ratings.n_users)
        items = sums_of_all(ratings.items, self.item_values, ratings.n_items)
        return (
            self._features(np.vstack([users, np.zeros(users.shape[1])]), "user"),
            self._features(np.vstack([items, np.zeros(items.shape[1])]), "item"),
        )

    def _features(self, sums: NDArray[np.float64], side: str) -> NDArray[np.float64]:
        """Return features [m, f] of sums of values [m, c]: means shrunk to the average, and the log of the number."""
        n_levels = self.levels.size
        few, many = SHRINKAGES[side]
        counts = sums[:, :1]
        residual_sum = sums[:, n_levels + 1 : n_levels + 2]
        return np.hstack(
            [
                np.log1p(counts),
                (sums[:, 1 : n_levels + 1] + few * self.shares) / (counts + few),
                residual_sum / (counts + few),
                residual_sum / (counts + many),
                sums[:, n_levels + 2 :] / (counts + few),
            ]
        )


def history_features_of(ratings: Ratings, *, use_reviews: bool, seed: int) -> HistoryFeatures:
    """Return the values of non-empty ratings."""
    levels, level_of = levels_of(ratings.stars, ratings.scale)
    one_hot = (level_of[:, None] == np.arange(levels.size)).astype(np.float64)
    biases = fit_biases(ratings, user_shrinkage=5.0, item_shrinkage=10.0)
    off_mean = ratings.stars.astype(np.float64) - biases.mean
    review_values: list[NDArray[np.float64]] = []
    if use_reviews and ratings.review_texts is not None:
        sentiments = sentiments_of(ratings.review_texts, ratings.stars, seed=seed)
        lengths = np.log1p([len(text) for text in ratings.review_texts])
        review_values = [sentiments - biases.mean, lengths - lengths.mean()]

    def values(residuals: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([np.ones(len(ratings)), one_hot, residuals, *review_values])

    return HistoryFeatures(
        ratings,
        levels,
        level_of,
        one_hot.mean(axis=0),
        values(off_mean - biases.of_items[ratings.items]),
        values(off_mean - biases.of_users[ratings.users]),
    )


def levels_of(stars: NDArray[np.float32], scale: tuple[float, float]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the levels of stars [n], float32 [s], ascending, and the level of every rating, int64 [n].

    They are the values that occur; with more than 10 values, the means in each tenth of the scale.
    """
    occurring, level_of = np.unique(stars, return_inverse=True)
    levels = occurring.astype(np.float64)
    if levels.size > MOST_LEVELS:
        edges = np.linspace(*scale, MOST_LEVELS + 1)[1:-1]
        _, level_of = np.unique(np.searchsorted(edges, stars), return_inverse=True)
        levels = np.bincount(level_of, stars) / np.bincount(level_of)
    return levels.astype(np.float32), level_of.astype(np.int64)
