"""Low-rank approximation of a model's scores: shorter vectors that rank nearly the same.

The scores of n users' vectors U and m items' vectors V are U V'. The result is their best approximation of rank k in
the sum of squares over the users (Eckart & Young, 1936, for the product L V' with L'L = U'U / n). A part of the score
that is no product of vectors, such as EASE in the hybrid, is first added to V by ridge regression on U.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ml.hybrid_tower import HybridTower
from ml.interactions import CSR
from ml.user_tower import UserTower

MOST_USERS = 4_000
USERS_PER_BLOCK = 128
MOST_ITEMS_AT_FULL_LENGTH = 20_000
DIMENSIONS, FEWER_DIMENSIONS = 128, 64
RIDGE = 0.1  # of the mean variance of a dimension
SMALLEST_SHARE = 1e-6


class Model(Protocol):
    """Protocol of a fitted recommender that can be served by vectors."""

    user_tower: UserTower | HybridTower
    item_vectors: NDArray[np.float32]

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...


@dataclass(frozen=True, eq=False)
class LowRankModel:
    """A tower that gives d dimensions, and item_vectors, float32 [n_items, d], of length at most 1."""

    tower: HybridTower
    item_vectors: NDArray[np.float32]


def low_rank_approximation(model: Model, rows: CSR, *, dimensions: int | None = None, seed: int = 0) -> LowRankModel:
    """Return the approximation of a model by vectors of `dimensions` (None: 128, or 64 for more than 20,000 items).

    rows: csr [n_users, n_items], on which the model was fitted; a sample of 4,000 users is read.
    """
    active = np.flatnonzero(np.diff(rows.indptr))
    random = np.random.default_rng(seed)
    chosen = np.sort(random.choice(active, min(MOST_USERS, active.size), replace=False))
    known = np.bincount(rows.indices, minlength=rows.shape[1]) > 0
    users = model.user_tower.vectors(rows[chosen, :])
    gram = (users.T @ users / np.float32(max(len(users), 1))).astype(np.float64)
    items = np.zeros(model.item_vectors.shape, np.float32)
    items[known] = model.item_vectors[known] + _unexplained(model, rows[chosen, :], users, gram, known)
    if dimensions is None:
        dimensions = DIMENSIONS if len(items) <= MOST_ITEMS_AT_FULL_LENGTH else FEWER_DIMENSIONS
    to_users, to_items = _projections(gram, items, dimensions)
    vectors = (items @ to_items).astype(np.float32)
    longest = float(np.linalg.norm(vectors, axis=1).max(initial=0.0))
    tower = _as_hybrid(model.user_tower)
    return LowRankModel(replace(tower, projection=to_users.astype(np.float32)), vectors / np.float32(longest or 1.0))


def _unexplained(
    model: Model, rows: CSR, users: NDArray[np.float32], gram: NDArray[np.float64], known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return the ridge regression, on the user vectors, of the part of the scores that the item vectors do not
    explain."""
    vectors = model.item_vectors[known]
    total = np.zeros((users.shape[1], len(vectors)), np.float32)
    for start in range(0, len(users), USERS_PER_BLOCK):
        block = users[start : start + USERS_PER_BLOCK]
        rest = model.scores(rows[start : start + USERS_PER_BLOCK, :])[:, known] - block @ vectors.T
        total += block.T @ (rest - rest.mean(axis=1, keepdims=True))
    ridge = RIDGE * np.trace(gram) / max(len(gram), 1) + 1e-12
    solved = np.linalg.solve(gram + ridge * np.eye(len(gram)), total / max(len(users), 1))
    return np.asarray(solved.T, dtype=np.float32)


def _projections(
    gram: NDArray[np.float64], items: NDArray[np.float32], dimensions: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return projections of users and of items, float64 [D, k] each, k at most `dimensions`.

    The singular values are split evenly between the two sides, so that an item vector can serve as a query vector.
    """
    lengths, axes = np.linalg.eigh(gram)
    kept = lengths > max(float(lengths.max(initial=0.0)) * SMALLEST_SHARE, 0.0)
    root, inverse = axes[:, kept] * np.sqrt(lengths[kept]), axes[:, kept] / np.sqrt(lengths[kept])
    whitened = items.T.astype(np.float64) @ items  # [D, D]
    values, directions = np.linalg.eigh(root.T @ whitened @ root)
    best = np.argsort(-values)[:dimensions]
    values = np.sqrt(np.maximum(values[best], 0.0))
    best, values = best[values > 0], values[values > 0]
    halves = np.sqrt(values)
    return inverse @ directions[:, best] * halves, root @ directions[:, best] / halves


def _as_hybrid(tower: UserTower | HybridTower) -> HybridTower:
    if isinstance(tower, HybridTower):
        return tower
    nothing = np.zeros((0, 0), np.float32)
    return HybridTower(tower, None, 0.0, nothing, nothing)
