"""What past ratings tell of a user or an item: shares of the stars given, lean, number, tone and length of reviews."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.rating.biases_fit import fit_biases
from ml.rating.history_sums import sums_of_all, sums_of_earlier, sums_of_others
from ml.rating.ratings import Ratings
from ml.rating.review_sentiment import sentiments_of

MOST_LEVELS = 10
SHRINKAGES = {"user": (2.0, 8.0), "item": (3.0, 10.0)}  # ratings of the average user or item given on top


@dataclass(frozen=True, eq=False)
class HistoryFeatures:
    """The facts of n ratings that are summed up per user and per item.

    level_of: int [n], the rating's level; levels: float32 [s], their stars; user_facts, item_facts: float64 [n, c]:
    1, one column per level, the residual beside the other side's bias, and with reviews tone and log length off mean.
    """

    ratings: Ratings
    levels: NDArray[np.float32]
    level_of: NDArray[np.int64]
    shares: NDArray[np.float64]
    user_facts: NDArray[np.float64]
    item_facts: NDArray[np.float64]

    @property
    def n_features(self) -> int:
        """Features per side."""
        return int(self.user_facts.shape[1]) + 1

    def features_of_others(self) -> NDArray[np.float64]:
        """Return the features of every rating from all others, float64 [n, 2 f], the user's before the item's."""
        ratings = self.ratings
        return np.hstack(
            [
                self._features(sums_of_others(ratings.users, self.user_facts, ratings.n_users), "user"),
                self._features(sums_of_others(ratings.items, self.item_facts, ratings.n_items), "item"),
            ]
        )

    def features_of_earlier(self) -> NDArray[np.float64] | None:
        """Return the features of every rating from those before it, float64 [n, 2 f]; None without timestamps."""
        ratings = self.ratings
        if ratings.timestamps is None:
            return None
        return np.hstack(
            [
                self._features(sums_of_earlier(ratings.users, self.user_facts, ratings.timestamps), "user"),
                self._features(sums_of_earlier(ratings.items, self.item_facts, ratings.timestamps), "item"),
            ]
        )

    def features_of_all(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return what is known in the end, float64 [n_users + 1, f] and [n_items + 1, f]; the last row: of nobody."""
        ratings = self.ratings
        users = sums_of_all(ratings.users, self.user_facts, ratings.n_users)
        items = sums_of_all(ratings.items, self.item_facts, ratings.n_items)
        return (
            self._features(np.vstack([users, np.zeros(users.shape[1])]), "user"),
            self._features(np.vstack([items, np.zeros(items.shape[1])]), "item"),
        )

    def _features(self, sums: NDArray[np.float64], side: str) -> NDArray[np.float64]:
        """Return features [m, f] of sums of facts [m, c]: means shrunk to the average, and the log of the number."""
        n_levels = self.levels.size
        few, many = SHRINKAGES[side]
        counts = sums[:, :1]
        lean = sums[:, n_levels + 1 : n_levels + 2]
        return np.hstack(
            [
                np.log1p(counts),
                (sums[:, 1 : n_levels + 1] + few * self.shares) / (counts + few),
                lean / (counts + few),
                lean / (counts + many),
                sums[:, n_levels + 2 :] / (counts + few),
            ]
        )


def history_features_of(ratings: Ratings, *, use_reviews: bool, seed: int) -> HistoryFeatures:
    """Return the facts of ratings that are not empty."""
    levels, level_of = levels_of(ratings.stars, ratings.scale)
    one_hot = (level_of[:, None] == np.arange(levels.size)).astype(np.float64)
    biases = fit_biases(ratings, user_shrinkage=5.0, item_shrinkage=10.0)
    off_mean = ratings.stars.astype(np.float64) - biases.mean
    told: list[NDArray[np.float64]] = []
    if use_reviews and ratings.review_texts is not None:
        sentiments = sentiments_of(ratings.review_texts, ratings.stars, seed=seed)
        lengths = np.log1p([len(text) for text in ratings.review_texts])
        told = [sentiments - biases.mean, lengths - lengths.mean()]

    def facts(residuals: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([np.ones(len(ratings)), one_hot, residuals, *told])

    return HistoryFeatures(
        ratings,
        levels,
        level_of,
        one_hot.mean(axis=0),
        facts(off_mean - biases.of_items[ratings.items]),
        facts(off_mean - biases.of_users[ratings.users]),
    )


def levels_of(stars: NDArray[np.float32], scale: tuple[float, float]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the levels of stars [n], float32 [s], rising, and which one every rating has, int64 [n].

    They are the values that occur; of more than 10 values, the means of those that fall into tenths of the scale.
    """
    values, level_of = np.unique(stars, return_inverse=True)
    levels = values.astype(np.float64)
    if levels.size > MOST_LEVELS:
        edges = np.linspace(*scale, MOST_LEVELS + 1)[1:-1]
        _, level_of = np.unique(np.searchsorted(edges, stars), return_inverse=True)
        levels = np.bincount(level_of, stars) / np.bincount(level_of)
    return levels.astype(np.float32), level_of.astype(np.int64)
