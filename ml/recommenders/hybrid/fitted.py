"""Fitted hybrid, in NumPy only. Every part scores from the user's row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self, cast

import numpy as np
from numpy.typing import NDArray

from ml.artifact import JSON, Artifact
from ml.hybrid_tower import HybridTower, covariance
from ml.interactions import CSR
from ml.recommenders.base import FittedRecommender
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.ease import FittedEASE
from ml.recommenders.ials import FittedIALS
from ml.recommenders.item_knn import FittedItemKNN
from ml.recommenders.known_items import put_unknown_last

FittedLinear = FittedEASE | FittedItemKNN


@dataclass(frozen=True)
class BlendWeights:
    """Weights of iALS and of the item-to-item model; DMF has 1. All parts have a standard deviation of 1 per user."""

    ials: float
    linear: float


@dataclass(frozen=True, eq=False)
class FittedHybrid(FittedRecommender):
    """Fitted parts; linear is EASE, or item_knn for data that is too large for EASE."""

    name = "hybrid"
    dmf: FittedDMF
    ials: FittedIALS
    linear: FittedLinear
    weights: BlendWeights
    settings: dict[str, JSON] = field(default_factory=dict)
    user_tower: HybridTower = field(init=False)
    item_vectors: NDArray[np.float32] = field(init=False)

    def __post_init__(self) -> None:
        known = self.dmf.is_known
        tower = HybridTower(
            self.dmf.user_tower,
            self.ials.fold_in,
            self.weights.ials,
            covariance(self.dmf.item_vectors[known]),
            covariance(self.ials.fold_in.item_vectors[known]),
        )
        object.__setattr__(self, "user_tower", tower)
        both = np.concatenate([self.dmf.item_vectors, self.ials.fold_in.item_vectors], axis=1)
        object.__setattr__(self, "item_vectors", both)

    @property
    def n_items(self) -> int:
        return self.dmf.n_items

    @property
    def is_known(self) -> NDArray[np.bool_]:
        """bool [n_items], False for items without interactions."""
        return self.dmf.is_known

    @property
    def history(self) -> list[JSON]:
        """History of DMF's training."""
        return self.dmf.history

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        scores = self.user_tower.vectors(rows) @ self.item_vectors.T
        if self.weights.linear:
            linear = self.linear.scores(rows)
            scores += np.float32(self.weights.linear) * standardised(linear, self.is_known)
        return put_unknown_last(np.asarray(scores, dtype=np.float32), self.is_known)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        parts = {"dmf": self.dmf, "ials": self.ials, "linear": self.linear}
        return {f"{name}.{key}": array for name, part in parts.items() for key, array in part.arrays().items()}

    def metadata(self) -> dict[str, JSON]:
        return {
            "settings": self.settings,
            "weights": {"ials": self.weights.ials, "linear": self.weights.linear},
            "linear": self.linear.name,
            "dmf": self.dmf.metadata(),
        }

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        metadata = artifact.metadata
        weights = cast(dict[str, float], metadata["weights"])
        linear: type[FittedLinear] = FittedEASE if metadata["linear"] == FittedEASE.name else FittedItemKNN
        return cls(
            FittedDMF.from_artifact(artifact.part("dmf")),
            FittedIALS.from_artifact(artifact.part("ials")),
            linear.from_artifact(artifact.part("linear")),
            BlendWeights(weights["ials"], weights["linear"]),
            cast(dict[str, JSON], metadata.get("settings") or {}),
        )


def standardised(scores: NDArray[np.float32], is_known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return scores, float32 [b, n_items], divided by each row's standard deviation over the known items."""
    spread = scores[:, is_known].std(axis=1, keepdims=True)
    return np.asarray(np.divide(scores, spread, out=np.zeros_like(scores), where=spread > 0), dtype=np.float32)
