"""iALS: alternating least squares over all cells, with weight alpha for interactions and 1 for the others.

Hu, Koren, Volinsky, "Collaborative Filtering for Implicit Feedback Datasets", ICDM 2008, fitted by the library
`implicit`. A user's vector is computed from their row, so that a new event or user needs no training.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from numpy.typing import NDArray
from scipy import sparse

from ml.artifact import Artifact
from ml.interactions import CSR, Interactions
from ml.recommenders.base import Changes, FittedRecommender, Progress, Recommender, RecommenderError
from ml.recommenders.blas_threads import one_blas_thread
from ml.recommenders.known_items import put_unknown_last
from ml.ridge_fold_in import RidgeFoldIn

ITERATIONS_WHEN_FINE_TUNING = 1


@dataclass(frozen=True)
class IALSConfig:
    """Settings of iALS.

    - `factors`: length of the vectors, at most the number of users and of items that occur;
    - `regularization`: lambda; `alpha`: confidence of an interaction; `iterations`: passes over users and items.
    """

    factors: int = 128
    regularization: float = 100.0
    alpha: float = 20.0
    iterations: int = 15

    def __post_init__(self) -> None:
        if min(self.factors, self.iterations) < 1 or not (self.regularization > 0 and self.alpha > 0):
            raise RecommenderError(
                f"expected factors and iterations >= 1, regularization and alpha > 0, got {self.factors}, "
                f"{self.iterations}, {self.regularization}, {self.alpha}"
            )


@dataclass(frozen=True, eq=False)
class FittedIALS(FittedRecommender):
    """The fold-in with the item vectors, and is_known: bool [n_items], False for items without interactions."""

    name = "ials"
    fold_in: RidgeFoldIn
    is_known: NDArray[np.bool_]

    @property
    def n_items(self) -> int:
        return self.fold_in.n_items

    def _scores(self, rows: CSR, users: NDArray[np.int32] | None) -> NDArray[np.float32]:
        scores = np.asarray(self.fold_in.vectors(rows) @ self.fold_in.item_vectors.T, dtype=np.float32)
        return put_unknown_last(scores, self.is_known)

    def arrays(self) -> Mapping[str, NDArray[Any]]:
        return {**self.fold_in.to_arrays("fold_in_"), "is_known": self.is_known}

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        return cls(RidgeFoldIn.from_arrays(artifact.arrays, "fold_in_"), artifact.arrays["is_known"])


class IALS(Recommender):
    """Weighted low-rank least squares."""

    name = "ials"
    supports_fold_in = True
    trains_on = True

    def __init__(self, config: IALSConfig | None = None) -> None:
        self.config = config or IALSConfig()

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedIALS:
        return self._iterated(interactions, self.config, None, seed, progress)

    def _fine_tune(
        self,
        fitted: FittedRecommender,
        interactions: Interactions,
        changes: Changes,
        *,
        seed: int,
        progress: Progress,
    ) -> FittedRecommender:
        if not isinstance(fitted, FittedIALS):
            return super()._fine_tune(fitted, interactions, changes, seed=seed, progress=progress)
        fold_in = fitted.fold_in
        items = changes.in_order(fold_in.item_vectors)
        if not changes.is_new.any():
            is_known = np.bincount(interactions.items, minlength=interactions.n_items) > 0
            return FittedIALS(replace(fold_in, item_vectors=items), is_known)
        settings = replace(
            self.config,
            factors=fold_in.n_dimensions,
            regularization=fold_in.regularization,
            alpha=fold_in.alpha,
            iterations=ITERATIONS_WHEN_FINE_TUNING,
        )
        return self._iterated(interactions, settings, items, seed, progress)

    def _iterated(
        self,
        interactions: Interactions,
        settings: IALSConfig,
        items: NDArray[np.float32] | None,
        seed: int,
        progress: Progress,
    ) -> FittedIALS:
        """Return the result of the iterations, starting from item vectors, float32 [n_items, factors], or random
        ones."""
        matrix = sparse.csr_matrix(
            (interactions.to_csr() > 0).astype(np.float32)
        )  # the library does not accept csr_array
        touched_by = np.bincount(matrix.indices, minlength=interactions.n_items)
        rank = min(int(np.count_nonzero(np.diff(matrix.indptr))), int(np.count_nonzero(touched_by)))
        with one_blas_thread():  # the library has its own threads, one per user or item
            model = AlternatingLeastSquares(
                factors=min(settings.factors, rank) if items is None else settings.factors,
                regularization=settings.regularization,
                alpha=settings.alpha,
                iterations=settings.iterations,
                random_state=seed,
            )
            if items is not None:
                model.item_factors = items
                model.user_factors = np.zeros((interactions.n_users, settings.factors), np.float32)
            model.fit(
                matrix,
                show_progress=False,
                callback=lambda done, seconds, loss: progress(
                    (done + 1) / settings.iterations, f"iteration {done + 1} of {settings.iterations}"
                ),
            )
        fold_in = RidgeFoldIn(model.item_factors, settings.regularization, settings.alpha)
        return FittedIALS(fold_in, touched_by > 0)
