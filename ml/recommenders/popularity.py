"""Popularity: the sum of event weights per item, the same for all users. The baseline of every comparison."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.artifact import Artifact
from ml.interactions import CSR, Interactions
from ml.recommenders.base import FittedRecommender, Progress, Recommender


@dataclass(frozen=True)
class PopularityConfig:
    """binary: count the users of an item instead of summing their event weights."""

    binary: bool = True


@dataclass(frozen=True, eq=False)
class FittedPopularity(FittedRecommender):
    """item_popularity: float32 [n_items], >= 0."""

    name = "popularity"
    item_popularity: NDArray[np.float32]

    @property
    def n_items(self) -> int:
        return int(self.item_popularity.shape[0])

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        return np.tile(self.item_popularity, (rows.shape[0], 1))

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {"item_popularity": self.item_popularity}

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        return cls(artifact.arrays["item_popularity"])


class Popularity(Recommender):
    """Most popular first."""

    name = "popularity"
    supports_fold_in = True

    def __init__(self, config: PopularityConfig | None = None) -> None:
        self.config = config or PopularityConfig()

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedPopularity:
        matrix = interactions.to_csr()
        weights = (matrix.data > 0).astype(np.float32) if self.config.binary else matrix.data
        popularity = np.bincount(matrix.indices, weights=weights, minlength=interactions.n_items)
        progress(1.0, "counted")
        return FittedPopularity(popularity.astype(np.float32))
