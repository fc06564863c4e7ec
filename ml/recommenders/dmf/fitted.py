"""Fitted DMF, in NumPy only, so that a web process can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from ml.artifact import JSON, Artifact
from ml.interactions import CSR
from ml.recommenders.base import FittedRecommender
from ml.recommenders.dmf.bias import spread_of_scores, with_bias
from ml.recommenders.known_items import put_unknown_last
from ml.user_tower import UserTower


@dataclass(frozen=True, eq=False)
class FittedDMF(FittedRecommender):
    """Fitted towers.

    - `user_tower`: maps rows to vectors; `item_vectors`: float32 [n_items, d], unit length with cosine;
    - `is_known`: bool [n_items], False for items without interactions, which score below all others;
    - `lengths`: float32 [n_items, members], of each member's item vectors before normalisation, for fine-tuning;
    - `recency`: float32 [n_items], addition of the items' recency to the scores, already in the item vectors;
    - `waiting`: number of interactions since the last training, which count only as part of the users' rows.
    """

    name = "dmf"
    user_tower: UserTower
    item_vectors: NDArray[np.float32]
    is_known: NDArray[np.bool_]
    lengths: NDArray[np.float32]
    recency: NDArray[np.float32]
    settings: dict[str, JSON] = field(default_factory=dict)
    history: list[JSON] = field(default_factory=list)
    waiting: int = 0

    @property
    def n_items(self) -> int:
        return int(self.item_vectors.shape[0])

    def with_recency(self, weight: float, recency: NDArray[np.float32], rows: CSR) -> Self:
        """Return the model with recency, float32 [n_items], times `weight` standard deviations of users' scores, which
        are computed from their rows, csr [n_users, n_items]."""
        plain = self.without_recency()
        spread = spread_of_scores(plain.user_tower, plain.item_vectors, rows) if weight else 0.0
        addition = np.float32(weight * spread) * recency
        tower, vectors = plain.user_tower, plain.item_vectors
        if weight:
            tower, vectors = with_bias(tower, vectors, addition)
        settings = {**self.settings, "recency": weight}
        return replace(plain, user_tower=tower, item_vectors=vectors, recency=addition, settings=settings)

    def without_recency(self) -> Self:
        """Return the model without recency."""
        tower, vectors = self.user_tower, self.item_vectors
        if self.settings.get("item_bias"):
            tower, vectors = with_bias(tower, vectors, -self.recency)
        elif tower.constant:
            tower, vectors = replace(tower, constant=False), vectors[:, :-1]
        return replace(self, user_tower=tower, item_vectors=vectors, recency=np.zeros_like(self.recency))

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        scores = np.asarray(self.user_tower.vectors(rows) @ self.item_vectors.T, dtype=np.float32)
        return put_unknown_last(scores, self.is_known)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {
            **self.user_tower.to_arrays("user_tower_"),
            "item_vectors": self.item_vectors,
            "is_known": self.is_known,
            "lengths": self.lengths,
            "recency": self.recency,
        }

    def metadata(self) -> dict[str, JSON]:
        return {"settings": self.settings, "history": self.history, "waiting": self.waiting}

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        arrays, metadata = artifact.arrays, artifact.metadata
        return cls(
            UserTower.from_arrays(arrays, "user_tower_"),
            arrays["item_vectors"],
            arrays["is_known"],
            arrays["lengths"],
            arrays["recency"],
            cast(dict[str, JSON], metadata.get("settings") or {}),
            cast(list[JSON], metadata.get("history") or []),
            int(cast(int, metadata.get("waiting") or 0)),
        )
