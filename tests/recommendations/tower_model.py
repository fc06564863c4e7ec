"""A recommender that fits in a millisecond, in place of the default one: a tower of one layer and item vectors."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ml.recommenders import registry
from ml.recommenders.base import FittedRecommender, Recommender
from ml.user_tower import UserTower
from recommendations.learning.fitting import DEFAULT_RECOMMENDER


@dataclass(frozen=True, eq=False)
class FittedTowerModel(FittedRecommender):
    """Scores by cosine in the space of the strongest singular vectors (PureSVD)."""

    name: ClassVar[str] = DEFAULT_RECOMMENDER
    user_tower: UserTower
    item_vectors: np.ndarray
    history: list

    @property
    def n_items(self):
        return len(self.item_vectors)

    def _scores(self, rows, users):
        return self.user_tower.vectors(rows) @ self.item_vectors.T

    def arrays(self):
        return {"item_vectors": self.item_vectors, **self.user_tower.to_arrays("user_tower_")}

    @classmethod
    def from_artifact(cls, artifact):
        return cls(UserTower.from_arrays(artifact.arrays, "user_tower_"), artifact.arrays["item_vectors"], [])


class TowerModel(Recommender):
    """Fits by a singular value decomposition."""

    name = DEFAULT_RECOMMENDER
    supports_fold_in = True

    def __init__(self, config=None) -> None:
        self.config = config

    def _fit(self, interactions, *, seed, progress):
        dense = interactions.to_csr().toarray()
        vectors = np.linalg.svd(dense, full_matrices=False)[2][:2].T.astype(np.float32)
        progress(1.0, "decomposed")
        tower = UserTower((vectors,), (np.zeros(vectors.shape[1], np.float32),), False, False, True)
        return FittedTowerModel(tower, vectors, [{"loss": 0.5}])


def install(monkeypatch, recommender: type = TowerModel, *, name: str = DEFAULT_RECOMMENDER) -> None:
    """Let the registry give this recommender by a name, that of the shop's default unless told otherwise."""
    find = registry.recommender_class
    monkeypatch.setattr(registry, "recommender_class", lambda asked: recommender if asked == name else find(asked))
