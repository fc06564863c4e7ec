"""Predictor of the distribution of stars, and from it of a number of stars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.special import softmax

from ml.rating_prediction.predictor import RatingPredictor


@dataclass(frozen=True, eq=False, kw_only=True)
class StarPredictor(RatingPredictor):
    """P(stars) = softmax(a_u + c_i), the logits of s levels; predicted is (1 - v) ((1 - w) mean + w median) + v biases.

    - `levels`: float32 [s], the stars of the levels, ascending;
    - `user_logits`: float32 [n_users + 1, s]; `item_logits`: float32 [n_items + 1, s]; the last rows are for the
      unknown;
    - `median_weight` w: 0 for the mean, which has the least squared error, 1 for the median, which has the least
      absolute error; `bias_weight` v: share of the biases.
    """

    kind = "stars"
    levels: NDArray[np.float32]
    user_logits: NDArray[np.float32]
    item_logits: NDArray[np.float32]
    median_weight: float
    bias_weight: float

    def distribution(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return P(stars), float32 [n, s], of checked indices int64 [n]; -1 is unknown."""
        return np.asarray(softmax(self.user_logits[users] + self.item_logits[items], axis=1), np.float32)

    def _predict(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        point = point_of(self.distribution(users, items), self.levels, self.median_weight)
        biases = self.biases.predict(users, items)
        return np.asarray((1 - self.bias_weight) * point + self.bias_weight * biases, np.float32)

    def _predict_without_history(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return stars from the logits of unknown users and items, fitted on first ratings."""
        return self._predict(users, items)

    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        return {
            "levels": self.levels,
            "user_logits": self.user_logits,
            "item_logits": self.item_logits,
            "weights": np.array([self.median_weight, self.bias_weight], np.float64),
        }

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, NDArray[Any]], common: dict[str, Any]) -> Self:
        return cls(
            **common,
            levels=arrays["levels"],
            user_logits=arrays["user_logits"],
            item_logits=arrays["item_logits"],
            median_weight=float(arrays["weights"][0]),
            bias_weight=float(arrays["weights"][1]),
        )


def point_of(
    probabilities: NDArray[np.floating[Any]], levels: NDArray[np.floating[Any]], median_weight: float
) -> NDArray[np.float32]:
    """Return (1 - w) mean + w median, float32 [n], of distributions [n, s] over levels [s]."""
    mean = probabilities @ levels
    median = levels[np.argmax(np.cumsum(probabilities, axis=1) >= 0.5 - 1e-6, axis=1)]
    return np.asarray((1 - median_weight) * mean + median_weight * median, np.float32)
