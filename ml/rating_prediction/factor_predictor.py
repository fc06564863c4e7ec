"""Predictor with a product of factors and learned biases, optionally through a sigmoid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from ml.rating_prediction.predictor import RatingPredictor


@dataclass(frozen=True, eq=False, kw_only=True)
class FactorPredictor(RatingPredictor):
    """r_ui = offset + a_u + c_i + p_u q_i; bounded: least + (most - least) times the sigmoid of that.

    user_factors: float32 [n_users, d]; item_factors: float32 [n_items, d]; user_terms a: float32 [n_users]; item_terms
    c: float32 [n_items].
    """

    kind = "factors"
    user_factors: NDArray[np.float32]
    item_factors: NDArray[np.float32]
    user_terms: NDArray[np.float32]
    item_terms: NDArray[np.float32]
    offset: float
    bounded: bool

    def _predict(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        product = np.einsum("nd,nd->n", self.user_factors[users], self.item_factors[items])
        value = self.offset + self.user_terms[users] + self.item_terms[items] + product
        if self.bounded:
            least, most = self.scale
            value = least + (most - least) * expit(value)
        return np.asarray(value, np.float32)
