"""Predictor with dense layers over the embeddings of user and item; batch normalisation is folded into the layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.rating_prediction.predictor import RatingPredictor

PAIRS_PER_BLOCK = 8_192


@dataclass(frozen=True, eq=False, kw_only=True)
class DensePredictor(RatingPredictor):
    """h = f(u + v), then h = f(h K + b) for every hidden layer, stars = h K + b of the last; f: leaky ReLU of `slope`.

    The first layer reads two concatenated embeddings, so its product is a sum: user_part u: float32 [n_users, h1], and
    item_part v: float32 [n_items, h1], with the bias. kernels: float32 [h1, h2], ..., [h, 1].
    """

    kind = "dense"
    user_part: NDArray[np.float32]
    item_part: NDArray[np.float32]
    kernels: tuple[NDArray[np.float32], ...]
    offsets: tuple[NDArray[np.float32], ...]
    slope: float

    def _predict(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        stars = np.empty(users.shape, np.float32)
        for start in range(0, users.size, PAIRS_PER_BLOCK):
            part = slice(start, start + PAIRS_PER_BLOCK)
            hidden = self.user_part[users[part]] + self.item_part[items[part]]
            for kernel, offset in zip(self.kernels, self.offsets, strict=True):
                hidden = np.where(hidden > 0, hidden, self.slope * hidden) @ kernel + offset
            stars[part] = hidden[:, 0]
        return stars

    def _arrays(self) -> Mapping[str, NDArray[Any]]:
        return {
            "user_part": self.user_part,
            "item_part": self.item_part,
            "slope": np.array([self.slope], np.float64),
            **{f"kernel_{number}": kernel for number, kernel in enumerate(self.kernels)},
            **{f"offset_{number}": offset for number, offset in enumerate(self.offsets)},
        }

    @classmethod
    def _from_arrays(cls, arrays: Mapping[str, NDArray[Any]], common: dict[str, Any]) -> Self:
        depth = sum(name.startswith("kernel_") for name in arrays)
        return cls(
            **common,
            user_part=arrays["user_part"],
            item_part=arrays["item_part"],
            kernels=tuple(arrays[f"kernel_{number}"] for number in range(depth)),
            offsets=tuple(arrays[f"offset_{number}"] for number in range(depth)),
            slope=float(arrays["slope"][0]),
        )
