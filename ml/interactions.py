"""Interactions of users with items, with weights and times, as validated arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

CSR: TypeAlias = "sparse.csr_array[np.float32, tuple[int, int]]"


class InteractionsError(ValueError):
    """The arrays describe no interactions; the message names the row and shows the value."""


class RawIdIndex(Protocol):
    """Protocol of a vocabulary for `Interactions.from_raw`."""

    def __len__(self) -> int: ...

    def indices_of(self, raw_ids: Sequence[str]) -> NDArray[np.int32]: ...


@dataclass(frozen=True, eq=False)
class Interactions:
    """n interactions between n_users users and n_items items, as read-only views. Raise InteractionsError.

    - `users`, `items`: int32 [n], indices below n_users / n_items; a pair may occur more than once;
    - `weights`: float32 [n], finite, >= 0;
    - `timestamps`: float64 [n], Unix seconds, or None.
    """

    users: NDArray[np.int32]
    items: NDArray[np.int32]
    weights: NDArray[np.float32]
    timestamps: NDArray[np.float64] | None
    n_users: int
    n_items: int

    def __post_init__(self) -> None:
        for name, bound in (("n_users", self.n_users), ("n_items", self.n_items)):
            if bound < 0 or bound > np.iinfo(np.int32).max:
                raise InteractionsError(f"{name} is {bound}, expected 0 to {np.iinfo(np.int32).max}")
        columns: dict[str, NDArray[Any]] = {
            "users": _indices("users", self.users, self.n_users),
            "items": _indices("items", self.items, self.n_items),
            "weights": _numbers("weights", self.weights, np.float32),
        }
        if self.timestamps is not None:
            columns["timestamps"] = _numbers("timestamps", self.timestamps, np.float64)
        negative = np.flatnonzero(columns["weights"] < 0)
        if negative.size:
            raise InteractionsError(f"weights[{negative[0]}] is {columns['weights'][negative[0]]}, expected >= 0")
        for name, column in columns.items():
            if column.shape != columns["users"].shape:
                raise InteractionsError(f"{name} has shape {column.shape}, expected {columns['users'].shape} as users")
            view = column.view()
            view.flags.writeable = False
            object.__setattr__(self, name, view)

    def __len__(self) -> int:
        return int(self.users.shape[0])

    def to_csr(self) -> CSR:
        """Return the interaction matrix, float32 [n_users, n_items], duplicates summed, indices sorted."""
        matrix = sparse.csr_array((self.weights, (self.users, self.items)), shape=(self.n_users, self.n_items))
        matrix.sum_duplicates()
        return matrix

    def select(self, mask: NDArray[Any]) -> Interactions:
        """Return the rows selected by mask (bool [n] or integer positions); users and items keep their indices."""
        timestamps = None if self.timestamps is None else self.timestamps[mask]
        return Interactions(
            self.users[mask], self.items[mask], self.weights[mask], timestamps, self.n_users, self.n_items
        )

    @classmethod
    def from_csr(cls, matrix: Any) -> Interactions:
        """Return one interaction per stored entry of a sparse [n_users, n_items] matrix, row by row."""
        rows = sparse.csr_array(matrix)
        users = np.repeat(np.arange(rows.shape[0], dtype=np.int32), np.diff(rows.indptr))
        return cls(users, rows.indices, rows.data, None, rows.shape[0], rows.shape[1])

    @classmethod
    def from_raw(
        cls,
        raw_users: Sequence[str],
        raw_items: Sequence[str],
        *,
        weights: ArrayLike | None = None,
        timestamps: ArrayLike | None = None,
        user_vocabulary: RawIdIndex,
        item_vocabulary: RawIdIndex,
    ) -> Interactions:
        """Return the interactions of n raw id pairs; weights default to 1. Raise for an unknown raw id."""
        users, items = user_vocabulary.indices_of(raw_users), item_vocabulary.indices_of(raw_items)
        for name, indices, raw_ids in (("user", users, raw_users), ("item", items, raw_items)):
            unknown = np.flatnonzero(indices < 0)
            if unknown.size:
                raise InteractionsError(
                    f"row {unknown[0]}: {name} {raw_ids[unknown[0]]!r} is not in the vocabulary; extend it first"
                )
        return cls(
            users,
            items,
            np.ones(len(raw_users), np.float32) if weights is None else np.asarray(weights),
            None if timestamps is None else np.asarray(timestamps),
            len(user_vocabulary),
            len(item_vocabulary),
        )


def row_of(items: ArrayLike, weights: ArrayLike, n_items: int) -> CSR:
    """Return one user's row, csr [1, n_items], from k item indices and event weights. Raise InteractionsError.

    Weights of the same item are summed; zeros are not stored.
    """
    indices = _indices("items", np.asarray(items, dtype=np.int64), n_items)
    values = _numbers("weights", weights, np.float32)
    if values.shape != indices.shape:
        raise InteractionsError(f"weights has shape {values.shape}, expected {indices.shape} as items")
    row = sparse.csr_array((values, (np.zeros(indices.size, np.int64), indices)), shape=(1, n_items))
    row.sum_duplicates()
    row.eliminate_zeros()
    return row


def _indices(name: str, values: ArrayLike, bound: int) -> NDArray[np.int32]:
    """Return values as int32 [n] after checking that they are whole numbers in 0..bound-1."""
    column = _one_axis(name, values)
    if column.size and column.dtype.kind not in "iu":
        raise InteractionsError(f"{name} has dtype {column.dtype}, expected whole numbers")
    outside = np.flatnonzero((column < 0) | (column >= bound))
    if outside.size:
        raise InteractionsError(f"{name}[{outside[0]}] is {column[outside[0]]}, expected 0 to {bound - 1}")
    return column.astype(np.int32, copy=False)


def _numbers(name: str, values: ArrayLike, dtype: type[np.floating[Any]]) -> NDArray[Any]:
    """Return values as finite numbers of the given dtype, [n]."""
    column = _one_axis(name, values)
    if column.dtype.kind not in "iufb":
        raise InteractionsError(f"{name} has dtype {column.dtype}, expected numbers")
    with np.errstate(over="ignore"):
        converted = column.astype(dtype, copy=False)
    broken = np.flatnonzero(~np.isfinite(converted))
    if broken.size:
        raise InteractionsError(f"{name}[{broken[0]}] is {column[broken[0]]}, expected a finite number")
    return converted


def _one_axis(name: str, values: ArrayLike) -> NDArray[Any]:
    column = np.asarray(values)
    if column.ndim != 1:
        raise InteractionsError(f"{name} has shape {column.shape}, expected one axis")
    return column
