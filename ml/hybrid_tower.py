"""User tower of the hybrid: concatenates the vectors of DMF and iALS, so that one product of vectors is their blend.

Each part's scores are divided by their standard deviation over the items, user by user, so that the weights apply to
parts of the same scale. No scores are needed: over the items v the standard deviation of u'v is sqrt(u' C u), with C
the covariance of the item vectors. The mean is the same for every item, changes no ranking and is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.interactions import CSR, row_of
from ml.ridge_fold_in import RidgeFoldIn
from ml.user_tower import SMALLEST_LENGTH, UserTower


@dataclass(frozen=True, eq=False)
class HybridTower:
    """Two parts and an optional projection.

    - `tower`: DMF's, d1 dimensions; `fold_in`: that of iALS, d2 dimensions, or None, d2 = 0;
    - `fold_in_weight`: >= 0; the weight of the tower is 1;
    - `tower_covariance`, `fold_in_covariance`: float32 [d1, d1] and [d2, d2], of the item vectors; empty: not scaled;
    - `projection`: float32 [d1 + d2, d], applied to the concatenation; None: d = d1 + d2.
    """

    tower: UserTower
    fold_in: RidgeFoldIn | None
    fold_in_weight: float
    tower_covariance: NDArray[np.float32]
    fold_in_covariance: NDArray[np.float32]
    projection: NDArray[np.float32] | None = None

    @property
    def n_items(self) -> int:
        """Number of items a row has."""
        return self.tower.n_items

    @property
    def n_dimensions(self) -> int:
        """Length d of a vector."""
        if self.projection is not None:
            return int(self.projection.shape[1])
        return self.tower.n_dimensions + (self.fold_in.n_dimensions if self.fold_in else 0)

    def vectors(self, rows: CSR) -> NDArray[np.float32]:
        """Return the vectors of b users, float32 [b, d], from their rows, csr [b, n_items]."""
        parts = [divided_by_deviation(self.tower.vectors(rows), self.tower_covariance)]
        if self.fold_in is not None:
            spread = divided_by_deviation(self.fold_in.vectors(rows), self.fold_in_covariance)
            parts.append(np.float32(self.fold_in_weight) * spread)
        both = np.concatenate(parts, axis=1)
        return both if self.projection is None else np.asarray(both @ self.projection, dtype=np.float32)

    def vector(self, items: ArrayLike, weights: ArrayLike) -> NDArray[np.float32]:
        """Return one user's vector, float32 [d], from item indices, int [k], and event weights, float [k]."""
        single: NDArray[np.float32] = self.vectors(row_of(items, weights, self.n_items))[0]
        return single

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return all parts as arrays whose names start with prefix, for an artefact."""
        arrays = {
            **self.tower.to_arrays(prefix),
            f"{prefix}blend": np.array(self.fold_in_weight),
            f"{prefix}tower_covariance": self.tower_covariance,
            f"{prefix}fold_in_covariance": self.fold_in_covariance,
        }
        if self.projection is not None:
            arrays[f"{prefix}projection"] = self.projection
        return arrays | (self.fold_in.to_arrays(f"{prefix}fold_in_") if self.fold_in else {})

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """Return the tower that `to_arrays` wrote. Raise UserTowerError, RidgeFoldInError or KeyError for a missing
        part."""
        has_fold_in = f"{prefix}fold_in_settings" in arrays
        return cls(
            UserTower.from_arrays(arrays, prefix),
            RidgeFoldIn.from_arrays(arrays, f"{prefix}fold_in_") if has_fold_in else None,
            float(arrays[f"{prefix}blend"]),
            arrays[f"{prefix}tower_covariance"],
            arrays[f"{prefix}fold_in_covariance"],
            arrays.get(f"{prefix}projection"),
        )


def tower_from_arrays(arrays: Mapping[str, NDArray[Any]], prefix: str) -> UserTower | HybridTower:
    """Return the tower that these arrays describe. Raise the errors of its `from_arrays`."""
    return (HybridTower if f"{prefix}blend" in arrays else UserTower).from_arrays(arrays, prefix)


def covariance(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the covariance of n vectors, float32 [d, d], n >= 1."""
    centred = vectors - vectors.mean(axis=0, keepdims=True)
    return np.asarray(centred.T @ centred / np.float32(len(vectors)), dtype=np.float32)


def divided_by_deviation(vectors: NDArray[np.float32], items: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return b user vectors divided by the standard deviation of their scores, float32 [b, d].

    items: covariance of the item vectors; empty: not divided.
    """
    if not items.size:
        return vectors
    spread = np.sqrt(np.maximum(np.einsum("bd,bd->b", vectors @ items, vectors), 0.0))
    return np.asarray(vectors / np.maximum(spread, SMALLEST_LENGTH)[:, None], dtype=np.float32)
