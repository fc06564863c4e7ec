"""User side of iALS in NumPy: maps a row of the interaction matrix to the user's vector.

Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008, equation 4,
x = (Y'Y + Y'(C - I)Y + lambda I)^-1 Y'C p, with the convention of the library `implicit`: the confidence c of a touched
item is alpha, not 1 + alpha, and 1 for all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.interactions import CSR, row_of

ROWS_PER_BLOCK = 64


class RidgeFoldInError(ValueError):
    """Rows or arrays do not fit; the message shows what was expected and received."""


@dataclass(frozen=True, eq=False)
class RidgeFoldIn:
    """item_vectors: float32 [n_items, d], Y; regularization: lambda > 0; alpha: confidence of a touched item, > 0.

    Every touched item counts once, however strong its events. An empty row gives the zero vector.
    """

    item_vectors: NDArray[np.float32]
    regularization: float
    alpha: float
    _gram: NDArray[np.float32] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.item_vectors.ndim != 2 or not (self.regularization > 0 and self.alpha > 0):
            raise RidgeFoldInError(
                f"expected item_vectors [n_items, d], regularization > 0 and alpha > 0, got {self.item_vectors.shape}, "
                f"{self.regularization} and {self.alpha}"
            )
        diagonal = self.regularization * np.eye(self.n_dimensions, dtype=np.float32)
        object.__setattr__(self, "_gram", self.item_vectors.T @ self.item_vectors + diagonal)

    @property
    def n_items(self) -> int:
        """Number of items a row has."""
        return int(self.item_vectors.shape[0])

    @property
    def n_dimensions(self) -> int:
        """Length d of a vector."""
        return int(self.item_vectors.shape[1])

    def vectors(self, rows: CSR) -> NDArray[np.float32]:
        """Return the vectors of b users, float32 [b, d], from their rows, csr [b, n_items] without stored zeros."""
        if rows.ndim != 2 or rows.shape[1] != self.n_items:
            raise RidgeFoldInError(f"expected rows [b, {self.n_items}], got {rows.shape}")
        vectors = np.zeros((rows.shape[0], self.n_dimensions), dtype=np.float32)
        for start in range(0, rows.shape[0], ROWS_PER_BLOCK):
            bounds = rows.indptr[start : start + ROWS_PER_BLOCK + 1]
            systems = np.tile(self._gram, (bounds.size - 1, 1, 1))
            targets = np.zeros((bounds.size - 1, self.n_dimensions, 1), dtype=np.float32)
            for place, (first, end) in enumerate(zip(bounds[:-1], bounds[1:], strict=True)):
                touched = self.item_vectors[rows.indices[first:end]]
                systems[place] += np.float32(self.alpha - 1.0) * (touched.T @ touched)
                targets[place, :, 0] = np.float32(self.alpha) * touched.sum(axis=0)
            vectors[start : start + ROWS_PER_BLOCK] = np.linalg.solve(systems, targets)[:, :, 0]
        return vectors

    def vector(self, items: ArrayLike, weights: ArrayLike) -> NDArray[np.float32]:
        """Return one user's vector, float32 [d], from item indices, int [k], and event weights, float [k], summed."""
        single: NDArray[np.float32] = self.vectors(row_of(items, weights, self.n_items))[0]
        return single

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return all parts as arrays whose names start with prefix, for an artefact."""
        return {
            f"{prefix}item_vectors": self.item_vectors,
            f"{prefix}settings": np.array([self.regularization, self.alpha]),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """Return the fold-in that `to_arrays` wrote. Raise RidgeFoldInError for a missing part."""
        try:
            regularization, alpha = (float(value) for value in arrays[f"{prefix}settings"])
            return cls(arrays[f"{prefix}item_vectors"], regularization, alpha)
        except KeyError as error:
            raise RidgeFoldInError(f"no fold-in with the prefix {prefix!r}: {error} is missing") from error
