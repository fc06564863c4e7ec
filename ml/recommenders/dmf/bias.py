"""Item biases, stored in the last dimension of the item vectors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ml.hybrid_tower import covariance
from ml.interactions import CSR
from ml.user_tower import UserTower

MOST_USERS_FOR_SPREAD = 1_000


def with_bias(
    tower: UserTower, item_vectors: NDArray[np.float32], addition: NDArray[np.float32]
) -> tuple[UserTower, NDArray[np.float32]]:
    """Return tower and vectors whose scores are increased by `addition`, float32 [n_items]."""
    if tower.constant:
        last = item_vectors[:, -1:] + addition[:, None]
        return tower, np.concatenate([item_vectors[:, :-1], last], axis=1)
    return replace(tower, constant=True), np.concatenate([item_vectors, addition[:, None]], axis=1)


def spread_of_scores(tower: UserTower, item_vectors: NDArray[np.float32], rows: CSR) -> float:
    """Return the mean over users of the standard deviation of their scores over the items, of at most 1,000 users."""
    active = np.flatnonzero(np.diff(rows.indptr))[:MOST_USERS_FOR_SPREAD]
    if not active.size:
        return 0.0
    users, of_items = tower.vectors(rows[active]), covariance(item_vectors)
    variances = np.einsum("bd,bd->b", users @ of_items, users)
    return float(np.sqrt(np.maximum(variances, 0.0)).mean())
