"""Biases: deviations of a user's and an item's ratings from the mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

UNKNOWN = -1


@dataclass(frozen=True, eq=False)
class Biases:
    """b_ui = mean + b_u + b_i (Koren, Bell, Volinsky, "Matrix factorization techniques", IEEE Computer 2009, eq. 3).

    - `mean`: stars; `of_users`: float32 [n_users], `of_items`: float32 [n_items], stars;
    - `user_is_known`, `item_is_known`: bool of the same shapes, False without a rating.
    """

    mean: float
    of_users: NDArray[np.float32]
    of_items: NDArray[np.float32]
    user_is_known: NDArray[np.bool_]
    item_is_known: NDArray[np.bool_]

    def predict(self, users: NDArray[np.int64], items: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return mean + b_u + b_i, float32 [n], of indices int64 [n]; an unknown one (-1) has the bias 0."""
        result = np.full(users.shape, self.mean, np.float32)
        for indices, biases in ((users, self.of_users), (items, self.of_items)):
            known = indices != UNKNOWN
            result[known] += biases[indices[known]]
        return result

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """Return all parts as arrays, for an artefact."""
        return {
            "bias_mean": np.array([self.mean], np.float64),
            "bias_of_users": self.of_users,
            "bias_of_items": self.of_items,
            "user_is_known": self.user_is_known,
            "item_is_known": self.item_is_known,
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """Return the biases that `to_arrays` wrote. Raise KeyError for a missing part."""
        return cls(
            float(arrays["bias_mean"][0]),
            arrays["bias_of_users"],
            arrays["bias_of_items"],
            arrays["user_is_known"],
            arrays["item_is_known"],
        )
