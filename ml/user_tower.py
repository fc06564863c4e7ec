"""User side of DMF in NumPy: maps a row of the interaction matrix to the user's vector.

A new event counts at once, without TensorFlow or retraining: one sparse gather, a sum and small products.
Formula: Xue et al., "Deep Matrix Factorization Models for Recommender Systems", IJCAI 2017, section 3.1, with tanh.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from ml.interactions import CSR, row_of

SMALLEST_LENGTH = 1e-12


class UserTowerError(ValueError):
    """Rows or arrays do not fit the tower; the message shows the shape expected and the one received."""


@dataclass(frozen=True, eq=False)
class UserTower:
    """Layers of the user tower. An empty row gives the zero vector.

    - `kernels`: float32 [n_items, h1], [h1, h2], ..., [h, d]; `biases`: float32 [h1], ..., [d]. tanh follows every
      layer but the last;
    - `binary`: every entry of the row x counts as 1. The input is x / sqrt(number of its items);
    - `tanh_output`: tanh after the last layer too; `unit_length`: vectors have length 1;
    - `members`: number of members of an ensemble, concatenated in one layer; with `unit_length` each part has the same
      length;
    - `constant`: append a dimension that is always 1, which multiplies the item's bias in an item vector.
    """

    kernels: tuple[NDArray[np.float32], ...]
    biases: tuple[NDArray[np.float32], ...]
    binary: bool
    tanh_output: bool
    unit_length: bool
    members: int = 1
    constant: bool = False

    def __post_init__(self) -> None:
        if not self.kernels or len(self.kernels) != len(self.biases):
            raise UserTowerError(
                f"expected as many kernels as biases, at least one: {len(self.kernels)}, {len(self.biases)}"
            )
        width: int | None = None
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            if kernel.ndim != 2 or bias.shape != kernel.shape[1:] or width not in (None, kernel.shape[0]):
                raise UserTowerError(
                    f"expected kernel [{width or 'n_items'}, h] and bias [h], got {kernel.shape} and {bias.shape}"
                )
            width = kernel.shape[1]
        if self.members < 1 or self.biases[-1].size % self.members:
            raise UserTowerError(f"{self.biases[-1].size} units cannot be shared evenly by {self.members} members")

    @property
    def n_items(self) -> int:
        """Number of items a row has."""
        return int(self.kernels[0].shape[0])

    @property
    def n_dimensions(self) -> int:
        """Length d of a vector."""
        return int(self.biases[-1].shape[0]) + self.constant

    def vectors(self, rows: CSR) -> NDArray[np.float32]:
        """Return the vectors of b users, float32 [b, d], from their rows, csr [b, n_items] without stored zeros."""
        if rows.ndim != 2 or rows.shape[1] != self.n_items:
            raise UserTowerError(f"expected rows [b, {self.n_items}], got {rows.shape}")
        counts = np.diff(rows.indptr)
        scale = (1.0 / np.sqrt(np.maximum(counts, 1))).astype(np.float32)
        values = np.ones(rows.data.shape, np.float32) if self.binary else rows.data.astype(np.float32, copy=False)
        scaled = sparse.csr_array((values * np.repeat(scale, counts), rows.indices, rows.indptr), shape=rows.shape)
        hidden = np.asarray(scaled @ self.kernels[0], dtype=np.float32) + self.biases[0]
        for kernel, bias in zip(self.kernels[1:], self.biases[1:], strict=True):
            hidden = np.tanh(hidden) @ kernel + bias
        if self.tanh_output:
            hidden = np.tanh(hidden)
        if self.unit_length:
            parts = hidden.reshape(hidden.shape[0], self.members, hidden.shape[1] // self.members)
            lengths = np.linalg.norm(parts, axis=2, keepdims=True) * np.sqrt(np.float32(self.members))
            hidden = (parts / np.maximum(lengths, SMALLEST_LENGTH)).reshape(hidden.shape)
        if self.constant:
            hidden = np.concatenate([hidden, np.ones((len(hidden), 1), np.float32)], axis=1)
        hidden[counts == 0] = 0.0
        return np.asarray(hidden, dtype=np.float32)

    def vector(self, items: ArrayLike, weights: ArrayLike) -> NDArray[np.float32]:
        """Return one user's vector, float32 [d], from item indices, int [k], and event weights, float [k], summed."""
        single: NDArray[np.float32] = self.vectors(row_of(items, weights, self.n_items))[0]
        return single

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return all parts as arrays whose names start with prefix, for an artefact."""
        arrays: dict[str, NDArray[Any]] = {
            f"{prefix}switches": np.array([self.binary, self.tanh_output, self.unit_length, self.constant]),
            f"{prefix}members": np.array(self.members),
        }
        for number, (kernel, bias) in enumerate(zip(self.kernels, self.biases, strict=True)):
            arrays[f"{prefix}kernel_{number}"] = kernel
            arrays[f"{prefix}bias_{number}"] = bias
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self:
        """Return the tower that `to_arrays` wrote. Raise UserTowerError for a missing part."""
        try:
            binary, tanh_output, unit_length, constant = (bool(switch) for switch in arrays[f"{prefix}switches"])
            depth = sum(name.startswith(f"{prefix}kernel_") for name in arrays)
            kernels = tuple(arrays[f"{prefix}kernel_{number}"] for number in range(depth))
            biases = tuple(arrays[f"{prefix}bias_{number}"] for number in range(depth))
            members = int(arrays[f"{prefix}members"])
        except (KeyError, ValueError) as error:
            raise UserTowerError(f"no user tower with the prefix {prefix!r}: {error}") from error
        return cls(kernels, biases, binary, tanh_output, unit_length, members, constant)

    @classmethod
    def concatenated(cls, towers: Sequence[Self]) -> Self:
        """Return one tower that concatenates the vectors of several of one layer each; with `unit_length` each is
        divided by the square root of their number."""
        first = towers[0]
        if any(len(tower.kernels) != 1 or tower.members != 1 for tower in towers):
            raise UserTowerError("only towers of one layer and one member can be concatenated")
        return cls(
            (np.concatenate([tower.kernels[0] for tower in towers], axis=1),),
            (np.concatenate([tower.biases[0] for tower in towers]),),
            first.binary,
            first.tanh_output,
            first.unit_length,
            len(towers),
            first.constant,
        )
