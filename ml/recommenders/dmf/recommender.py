"""DMF as a recommender of the registry. Importing this module loads TensorFlow."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np

import ml.recommenders.dmf.quiet_start  # noqa: F401 imported for its effect, before anything else loads TensorFlow
from ml.artifact import JSON
from ml.interactions import Interactions
from ml.recommenders.base import FittedRecommender, Progress, Recommender
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.training import train


class DMF(Recommender):
    """Deep Matrix Factorization with a row-reading user tower, so that a new event or user needs no training."""

    name = "dmf"
    supports_fold_in = True

    def __init__(self, config: DMFConfig | None = None) -> None:
        self.config = config or DMFConfig()

    def repeating(self, fitted: FittedRecommender) -> Recommender:
        """Return DMF with the number of epochs that `fitted` found best, and no search of its own."""
        if not isinstance(fitted, FittedDMF):
            return self
        return DMF(replace(self.config, most_epochs=int(str(fitted.settings["most_epochs"])), validate=False))

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedDMF:
        trained = train(interactions, self.config, seed=seed, progress=progress)
        matrix = interactions.to_csr()
        return FittedDMF(
            trained.user_tower,
            trained.item_vectors,
            np.bincount(matrix.indices, minlength=interactions.n_items) > 0,
            asdict(replace(self.config.resolved(matrix), most_epochs=trained.epochs)),
            list[JSON](trained.history),
        )
