"""The recommender `dmf`. Importing this module loads TensorFlow."""

from __future__ import annotations

from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

import ml.recommenders.dmf.quiet_tensorflow  # noqa: F401 must precede other imports of TensorFlow
from ml.artifact import JSON
from ml.interactions import CSR, Interactions
from ml.item_recency import item_recency
from ml.recommenders.base import Changes, FittedRecommender, Progress, Recommender
from ml.recommenders.blas_threads import blas_threads, one_blas_thread
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fine_tuning import fine_tune
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.training import SearchResult, TrainedModel, concatenate_members, search, train
from ml.recommenders.dmf.validation import Validation


class DMF(Recommender):
    """Deep Matrix Factorization with a user tower over rows, so that a new event or user needs no training."""

    name = "dmf"
    supports_fold_in = True
    trains_on = True

    def __init__(self, config: DMFConfig | None = None) -> None:
        self.config = config or DMFConfig()

    def with_settings_of(self, fitted: FittedRecommender) -> Recommender:
        """Return DMF with the number of epochs and the recency of `fitted`, without a search."""
        if not isinstance(fitted, FittedDMF):
            return self
        epochs, recency = int(str(fitted.settings["most_epochs"])), float(str(fitted.settings["recency"]))
        return DMF(replace(self.config, most_epochs=epochs, recency=recency, validate=False))

    def search(self, validation: Validation, *, seed: int, progress: Progress) -> tuple[SearchResult, FittedDMF]:
        """Return the result of a search on these validation items, and its member as a fitted DMF."""
        settings = self.config.resolved(validation.train)
        search_result = search(validation, settings, seed=seed, progress=progress)
        trained = concatenate_members([search_result.member], settings, search_result.epochs, search_result.history)
        fitted = self._fitted(replace(trained, recency=search_result.recency), validation.train, validation.recency)
        return search_result, fitted

    def finish(
        self, interactions: Interactions, search_result: SearchResult, *, seed: int, progress: Progress
    ) -> FittedDMF:
        """Return DMF fitted on all interactions, with the epochs of a search and its member as the first."""
        trained = train(interactions, self.config, seed=seed, progress=progress, search_result=search_result)
        return self._fitted(trained, interactions.to_csr(), item_recency(interactions))

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedDMF:
        trained = train(interactions, self.config, seed=seed, progress=progress)
        return self._fitted(trained, interactions.to_csr(), item_recency(interactions))

    def _fine_tune(
        self,
        fitted: FittedRecommender,
        interactions: Interactions,
        changes: Changes,
        *,
        seed: int,
        progress: Progress,
    ) -> FittedRecommender:
        if not isinstance(fitted, FittedDMF):
            return super()._fine_tune(fitted, interactions, changes, seed=seed, progress=progress)
        n_threads = blas_threads()
        with one_blas_thread():
            return self._fine_tuned(fitted, interactions, changes, n_threads, seed, progress)

    def _fine_tuned(
        self,
        fitted: FittedDMF,
        interactions: Interactions,
        changes: Changes,
        n_threads: int,
        seed: int,
        progress: Progress,
    ) -> FittedDMF:
        plain = fitted.without_recency()
        tuned = fine_tune(plain, interactions, changes, n_threads=n_threads, seed=seed, progress=progress)
        weight = float(str(fitted.settings["recency"]))
        return tuned.with_recency(weight, item_recency(interactions), interactions.to_csr())

    def _fitted(self, trained: TrainedModel, matrix: CSR, recency: NDArray[np.float32]) -> FittedDMF:
        fitted = FittedDMF(
            trained.user_tower,
            trained.item_vectors,
            np.bincount(matrix.indices, minlength=matrix.shape[1]) > 0,
            trained.lengths,
            np.zeros(matrix.shape[1], np.float32),
            asdict(replace(self.config.resolved(matrix), most_epochs=trained.epochs)),
            list[JSON](trained.history),
        )
        return fitted.with_recency(trained.recency, recency, matrix)
