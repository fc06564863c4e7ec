"""EASE: item-to-item weights in closed form, with a zero diagonal.

Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019, equation 8: B = I - P diag(1 / diag P) with
P = (X'X + lambda I)^-1 and X binary. Where there are fewer users than items, K^-1 = (XX' + lambda I)^-1 [users, users]
is inverted instead, and with the Woodbury identity B_ij = x_i' K^-1 x_j / (1 - q_j), q_j = x_j' K^-1 x_j, i != j, where
x_j is a column of X. Only users and items that occur are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lapack

from ml.artifact import Artifact
from ml.interactions import CSR, Interactions
from ml.recommenders.base import PADDING, FittedRecommender, Progress, Recommender, RecommenderError
from ml.recommenders.blas_threads import one_blas_thread
from ml.recommenders.known_items import put_unknown_last

LARGEST_INVERSE = 10_000  # float32 [n, n]: 400 MB, and n^3 operations
ITEMS_PER_BLOCK = 512
SMALLEST_INVERSE_FOR_THREADS = 2_000  # for smaller ones threads wait longer than they work


@dataclass(frozen=True)
class EASEConfig:
    """regularization: lambda; None: the square root of the number of different pairs of user and item.

    The rule was derived from validation items of train: on AMusic (46 thousand pairs), the timed Amazon music
    ratings, ml-1m (988 thousand) and parts of them its lambda is within .002 NDCG@10 of the best of four to eight,
    except for a random quarter of ml-1m, which needs more (.357 at 500, .365 at 700).
    """

    regularization: float | None = None

    def __post_init__(self) -> None:
        if self.regularization is not None and not 0 < self.regularization < np.inf:
            raise RecommenderError(f"regularization is {self.regularization}, expected a number > 0")


@dataclass(frozen=True, eq=False)
class FittedEASE(FittedRecommender):
    """Weights over the items that occur, `known`: int32 [m], ascending, of n_items_total.

    - fitted by items: `by_item`: float32 [m, m], B; the others are empty;
    - fitted by users: `by_user`: float32 [u, u], K^-1 of the u users with events, `columns`: csr float32 [m, u], X',
      and `leverage`: float32 [m], q; `by_item` is empty.
    """

    name = "ease"
    n_items_total: int
    known: NDArray[np.int32]
    by_item: NDArray[np.float32]
    by_user: NDArray[np.float32]
    columns: CSR
    leverage: NDArray[np.float32]

    @property
    def n_items(self) -> int:
        return self.n_items_total

    def weights_of(self, rows: CSR) -> NDArray[np.float32]:
        """Return rows @ B, float32 [b, m], from rows of the known items alone, csr [b, m]."""
        if not self.by_user.size:
            return np.asarray(rows @ self.by_item, dtype=np.float32)
        users = (rows @ self.columns).toarray() @ self.by_user
        through = np.asarray((self.columns @ users.T).T, dtype=np.float32)
        own = sparse.csr_array((rows.data * self.leverage[rows.indices], rows.indices, rows.indptr), shape=rows.shape)
        return np.asarray((through - own.toarray()) / (1.0 - self.leverage), dtype=np.float32)

    def neighbours(self, k: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """Return the k items of the largest weights B_ij > 0 of each item, int32 [n_items, k], -1 padding, best first,
        and the weights, float32 [n_items, k], 0 padding. The sum of the rows of a user's items approximates the scores.
        """
        if k < 1:
            raise RecommenderError(f"k is {k}, expected at least 1")
        neighbours = np.full((self.n_items, k), PADDING, dtype=np.int32)
        weights = np.zeros((self.n_items, k), dtype=np.float32)
        width = min(k, self.known.size)
        one_each = sparse.eye_array(self.known.size, dtype=np.float32, format="csr")
        for start in range(0, self.known.size, ITEMS_PER_BLOCK):
            block = self.weights_of(one_each[start : start + ITEMS_PER_BLOCK])
            best = np.argpartition(-block, width - 1, axis=1)[:, :width]
            values = np.take_along_axis(block, best, axis=1)
            order = np.lexsort((best, -values), axis=1)
            best, values = np.take_along_axis(best, order, axis=1), np.take_along_axis(values, order, axis=1)
            items = self.known[start : start + ITEMS_PER_BLOCK]
            neighbours[items, :width] = np.where(values > 0, self.known[best], PADDING)
            weights[items, :width] = np.maximum(values, 0)
        return neighbours, weights

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        touched: CSR = (rows[:, self.known] > 0).astype(np.float32)
        scores = np.zeros(rows.shape, dtype=np.float32)
        scores[:, self.known] = self.weights_of(touched)
        is_known = np.zeros(self.n_items, dtype=np.bool_)
        is_known[self.known] = True
        return put_unknown_last(scores, is_known)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {
            "n_items": np.array([self.n_items_total]),
            "known": self.known,
            "by_item": self.by_item,
            "by_user": self.by_user,
            "columns_indices": self.columns.indices,
            "columns_indptr": self.columns.indptr,
            "leverage": self.leverage,
        }

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        arrays = artifact.arrays
        indices, indptr = arrays["columns_indices"], arrays["columns_indptr"]
        shape = (indptr.size - 1, arrays["by_user"].shape[0])
        columns = sparse.csr_array((np.ones(indices.size, np.float32), indices, indptr), shape=shape)
        parts = (arrays["by_item"], arrays["by_user"], columns, arrays["leverage"])
        return cls(int(arrays["n_items"][0]), arrays["known"], *parts)


class EASE(Recommender):
    """Linear model of each item by all others."""

    name = "ease"
    supports_fold_in = True

    def __init__(self, config: EASEConfig | None = None) -> None:
        self.config = config or EASEConfig()

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedEASE:
        """Raise RecommenderError when both the users and the items that occur exceed LARGEST_INVERSE."""
        matrix = interactions.to_csr()
        known = np.unique(matrix.indices).astype(np.int32)
        active = np.flatnonzero(np.diff(matrix.indptr))
        if min(known.size, active.size) > LARGEST_INVERSE:
            raise RecommenderError(
                f"ease inverts a matrix of the {known.size} items or the {active.size} users that occur, whichever is "
                f"smaller, and takes at most {LARGEST_INVERSE}; use item_knn for data of this size"
            )
        touched: CSR = (matrix[active][:, known] > 0).astype(np.float32)
        columns = sparse.csr_array(touched.T)
        progress(0.1, f"{active.size} users, {known.size} items")
        regularization = self.config.regularization or float(np.sqrt(touched.nnz))
        if known.size <= active.size:
            by_item, by_user = _weights(_inverse(columns @ touched, regularization)), np.zeros((0, 0), np.float32)
            columns, leverage = sparse.csr_array(by_user), np.zeros(0, np.float32)
        else:
            by_item, by_user = np.zeros((0, 0), np.float32), _inverse(touched @ columns, regularization)
            leverage = _leverage(columns, by_user)
        progress(1.0, "inverted")
        return FittedEASE(interactions.n_items, known, by_item, by_user, columns, leverage)


def _inverse(gram: CSR, regularization: float) -> NDArray[np.float32]:
    """Return (gram + regularization I)^-1, float32 [n, n], with only one dense copy."""
    dense = np.asfortranarray(gram.toarray(), dtype=np.float32)
    dense.flat[:: dense.shape[0] + 1] += np.float32(regularization)
    with one_blas_thread() if len(dense) < SMALLEST_INVERSE_FOR_THREADS else nullcontext():
        factor, failed = lapack.spotrf(dense, lower=True, overwrite_a=True, clean=False)
        if not failed:
            factor, failed = lapack.spotri(factor, lower=True, overwrite_c=True)
    if failed:
        raise RecommenderError(f"regularization {regularization} is too small to invert; give a larger one")
    inverse = np.asarray(factor.T)
    for start in range(0, inverse.shape[0], ITEMS_PER_BLOCK):  # mirror the triangle without a second matrix
        stop = start + ITEMS_PER_BLOCK
        square = np.triu(inverse[start:stop, start:stop])
        inverse[start:stop, start:stop] = square + np.triu(square, 1).T
        inverse[stop:, start:stop] = inverse[start:stop, stop:].T
    return inverse


def _weights(inverse: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return B, float32 [m, m], from P, which it overwrites."""
    inverse /= -np.diag(inverse).copy()
    np.fill_diagonal(inverse, 0.0)
    return inverse


def _leverage(columns: CSR, inverse: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return q_j = x_j' K^-1 x_j, float32 [m], below 1."""
    leverage = np.zeros(columns.shape[0], dtype=np.float32)
    for start in range(0, columns.shape[0], ITEMS_PER_BLOCK):
        block = columns[start : start + ITEMS_PER_BLOCK]
        leverage[start : start + ITEMS_PER_BLOCK] = block.multiply(block @ inverse).sum(axis=1)
    return leverage
