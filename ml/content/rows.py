"""Rows of vectors: L2 normalisation of dense ones, and sparse ones that may be memory-mapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class SparseRows:
    """CSR matrix of n rows: row r holds indices[indptr[r]:indptr[r + 1]] with the values beside them.

    indptr: int64 [n + 1], starting at 0, not decreasing; indices: int32 [nnz]; values: float32 [nnz]. Raise ValueError
    when the shapes do not fit.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    values: NDArray[np.float32]

    def __post_init__(self) -> None:
        if self.indptr.ndim != 1 or self.indptr.size == 0 or self.indices.ndim != 1:
            raise ValueError(
                f"expected indptr [n + 1] and indices [nnz], got {self.indptr.shape}, {self.indices.shape}"
            )
        if self.values.shape != self.indices.shape or int(self.indptr[-1]) != self.indices.size:
            raise ValueError(
                f"indptr ends at {int(self.indptr[-1])}, but indices are {self.indices.shape}"
                f" and values {self.values.shape}"
            )

    def __len__(self) -> int:
        return int(self.indptr.size) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of entries of each row, int64 [n]."""
        return np.diff(self.indptr)

    def take(self, rows: NDArray[np.integer[Any]], *, longest: int | None = None) -> SparseRows:
        """Return the rows, int [m], in that order; with `longest` only the first entries of each."""
        starts = self.indptr[rows]
        lengths = self.indptr[rows + 1] - starts
        if longest is not None:
            lengths = np.minimum(lengths, longest)
        indptr = np.zeros(rows.size + 1, np.int64)
        np.cumsum(lengths, out=indptr[1:])
        positions = np.arange(indptr[-1])
        positions += np.repeat(starts - indptr[:-1], lengths)
        return SparseRows(indptr, self.indices[positions], self.values[positions])

    def stacked(self, below: SparseRows) -> SparseRows:
        """Return these rows with those of another matrix below them."""
        return SparseRows(
            np.concatenate([self.indptr, below.indptr[1:] + self.indptr[-1]]),
            np.concatenate([self.indices, below.indices]),
            np.concatenate([self.values, below.values]),
        )

    def row_numbers(self) -> NDArray[np.int64]:
        """Return the row each entry belongs to, int64 [nnz]."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def heaviest(self, longest: int) -> SparseRows:
        """Return the rows with only their `longest` largest values each (ties: lower index), in the order they had."""
        row_numbers = self.row_numbers()
        order = np.lexsort((self.indices, -self.values, row_numbers))
        kept = np.sort(order[np.arange(order.size) - self.indptr[row_numbers] < longest])
        indptr = np.zeros_like(self.indptr)
        np.cumsum(np.minimum(self.lengths, longest), out=indptr[1:])
        return SparseRows(indptr, self.indices[kept], self.values[kept])

    def unit_rows(self) -> SparseRows:
        """Return the rows scaled to length 1; rows of zeros stay."""
        lengths = np.sqrt(
            np.bincount(self.row_numbers(), weights=self.values.astype(np.float64) ** 2, minlength=len(self))
        )
        scaled = self.values / np.where(lengths > 0, lengths, 1.0)[self.row_numbers()]
        return SparseRows(self.indptr, self.indices, scaled.astype(np.float32))

    def dot(self, column: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Return each row's product with a dense column, float [n_columns], as float64 [n]."""
        result = np.zeros(len(self))
        filled = self.indptr[1:] > self.indptr[:-1]
        if filled.any():  # reduceat gives an empty row the next entry
            result[filled] = np.add.reduceat(self.values * column[self.indices], self.indptr[:-1][filled])
        return result

    def transposed(self, n_columns: int) -> SparseRows:
        """Return the n_columns rows of the transpose; entries of a row highest value first, ties by lower index."""
        row_numbers = self.row_numbers()
        order = np.lexsort((row_numbers, -self.values, self.indices))
        indptr = np.zeros(n_columns + 1, np.int64)
        np.cumsum(np.bincount(self.indices, minlength=n_columns), out=indptr[1:])
        return SparseRows(indptr, row_numbers[order].astype(np.int32), self.values[order])

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return the three arrays under names that start with prefix."""
        return {f"{prefix}indptr": self.indptr, f"{prefix}indices": self.indices, f"{prefix}values": self.values}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """Return the rows that `to_arrays` wrote."""
        return cls(arrays[f"{prefix}indptr"], arrays[f"{prefix}indices"], arrays[f"{prefix}values"])


def unit_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return m vectors, float32 [m, d], scaled to length 1; zero rows stay zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: NDArray[np.float32] = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return scaled


def shortened_rows(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return m vectors, float32 [m, d], with those longer than 1 scaled to length 1."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1.0), dtype=np.float32)
