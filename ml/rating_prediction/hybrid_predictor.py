"""Predictor with a cosine of factors, a dense layer over embeddings, and the item's content."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.rating_prediction.predictor import RatingPredictor

PAIRS_PER_BLOCK = 8_192


@dataclass(frozen=True, eq=False, kw_only=True)
class HybridPredictor(RatingPredictor):
    """stars = relu(c k + relu(u + v) M + t_i) w + offset.

    - c: product of user_factors, float32 [n_users, d], and item_factors, [n_items, d], of unit rows; k: cosine_kernel
      [m];
    - u: user_part [n_users, h]; v: item_part [n_items, h]; M: hidden_kernel [h, m];
    - t: content_part [n_items, m], the part of the item's text and picture, computed by the fit;
    - w: output_kernel [m]; offset: output_offset [1].
    """

    kind = "hybrid"
    user_factors: NDArray[np.float32]
    item_factors: NDArray[np.float32]
    user_part: NDArray[np.float32]
    item_part: NDArray[np.float32]
    cosine_kernel: NDArray[np.float32]
    hidden_kernel: NDArray[np.float32]
    content_part: NDArray[np.float32]
    output_kernel: NDArray[np.float32]
    output_offset: NDArray[np.float32]

    def _predict(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        stars = np.empty(users.shape, np.float32)
        for start in range(0, users.size, PAIRS_PER_BLOCK):
            part = slice(start, start + PAIRS_PER_BLOCK)
            cosine = np.einsum("nd,nd->n", self.user_factors[users[part]], self.item_factors[items[part]])
            hidden = np.maximum(self.user_part[users[part]] + self.item_part[items[part]], 0)
            merged = np.outer(cosine, self.cosine_kernel) + hidden @ self.hidden_kernel + self.content_part[items[part]]
            stars[part] = np.maximum(merged, 0) @ self.output_kernel + self.output_offset
        return stars
