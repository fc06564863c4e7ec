"""From what a model was trained with to what a shop can afford to multiply: shorter vectors with nearly the same order.

For n users' vectors U and m items' V the scores are U V'. Of all vectors of k numbers those here come nearest to these
scores in the sum of squares over the users (Eckart & Young, 1936, for the product L V' with L'L = U'U / n). A part of
the score that is no product of vectors, such as EASE in the hybrid, is first added to V by ridge regression on U.
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
    """What a fitted recommender must have to be served by vectors."""

    user_tower: UserTower | HybridTower
    item_vectors: NDArray[np.float32]

    def scores(self, rows: CSR, users: NDArray[np.int32] | None = None) -> NDArray[np.float32]: ...


@dataclass(frozen=True, eq=False)
class LowRankModel:
    """tower: rows to vectors of d numbers; item_vectors: float32 [n_items, d], at most 1 long. Their product ranks."""

    tower: HybridTower
    item_vectors: NDArray[np.float32]


def low_rank_approximation(model: Model, rows: CSR, *, dimensions: int | None = None, seed: int = 0) -> LowRankModel:
    """Return a space of so many dimensions (None: 128, or 64 for more than 20,000 items) that ranks as the model does.

    rows: csr [n_users, n_items] the model was fitted on; 4,000 users of them are looked at.
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
    tower = _as_blend(model.user_tower)
    return LowRankModel(replace(tower, projection=to_users.astype(np.float32)), vectors / np.float32(longest or 1.0))


def _unexplained(
    model: Model, rows: CSR, users: NDArray[np.float32], gram: NDArray[np.float64], known: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return what to add to the known items' vectors for the part of the scores that their product leaves out."""
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

    The singular values are shared out evenly between the two sides, so that an item's vector can stand for a query.
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


def _as_blend(tower: UserTower | HybridTower) -> HybridTower:
    if isinstance(tower, HybridTower):
        return tower
    nothing = np.zeros((0, 0), np.float32)
    return HybridTower(tower, None, 0.0, nothing, nothing)
