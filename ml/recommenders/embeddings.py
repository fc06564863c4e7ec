"""Fitted factorisation with user embeddings, which scores only the users of the fit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.artifact import Artifact
from ml.interactions import CSR
from ml.recommenders.base import FittedRecommender, RecommenderError
from ml.recommenders.known_items import put_unknown_last


@dataclass(frozen=True, eq=False)
class FittedEmbeddings(FittedRecommender):
    """user_vectors: float32 [n_users, d]; item_vectors: float32 [n_items, d]; a score is their dot product.

    is_known: bool [n_items], False for items without interactions, which score below all others. The vector of a user
    without events at the fit is arbitrary, so their list is not personal.
    """

    user_vectors: NDArray[np.float32]
    item_vectors: NDArray[np.float32]
    is_known: NDArray[np.bool_]

    @property
    def n_items(self) -> int:
        return int(self.item_vectors.shape[0])

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        vectors = self.user_vectors[self._checked_users(users, rows.shape[0])]
        return put_unknown_last(np.asarray(vectors @ self.item_vectors.T, dtype=np.float32), self.is_known)

    def _checked_users(self, users: NDArray[np.int32] | None, n_rows: int) -> NDArray[np.int32]:
        """Return users, one per row and known at the fit. Raise RecommenderError."""
        if users is None:
            raise RecommenderError(f"{self.name} has no fold-in: give users, int [{n_rows}], their indices at the fit")
        indices = np.asarray(users)
        if indices.shape != (n_rows,) or indices.dtype.kind not in "iu":
            raise RecommenderError(f"users: expected int [{n_rows}], got {indices.dtype} {indices.shape}")
        n_users = self.user_vectors.shape[0]
        unknown = np.flatnonzero((indices < 0) | (indices >= n_users))
        if unknown.size:
            raise RecommenderError(
                f"users[{unknown[0]}] is {indices[unknown[0]]}, {self.name} was fitted on users 0 to {n_users - 1}; "
                "fit again, or use a recommender with fold-in"
            )
        return indices

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {"user_vectors": self.user_vectors, "item_vectors": self.item_vectors, "is_known": self.is_known}

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        arrays = artifact.arrays
        return cls(arrays["user_vectors"], arrays["item_vectors"], arrays["is_known"])
