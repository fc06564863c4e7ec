"""Predictor with biases alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.rating_prediction.predictor import RatingPredictor


@dataclass(frozen=True, eq=False, kw_only=True)
class BiasPredictor(RatingPredictor):
    """Mean + user bias + item bias."""

    kind = "biases"

    def _predict(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        return self.biases.predict(users, items)
