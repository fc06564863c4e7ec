"""BPR: matrix factorisation that ranks an item of the user above one drawn at random.

Rendle et al., "BPR: Bayesian Personalized Ranking from Implicit Feedback", UAI 2009, fitted by the library `implicit`.
Its user vectors come from stochastic steps and not from the row, so there is no fold-in: a new event needs a new fit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy import sparse

from ml.interactions import Interactions
from ml.recommenders.base import Progress, Recommender, RecommenderError
from ml.recommenders.embeddings import FittedEmbeddings


@dataclass(frozen=True)
class BPRConfig:
    """Length of the vectors (without the item bias), rate and penalty of the steps, and number of passes, each with as
    many sampled pairs as interactions. The values: docs/experiments.md, "BPR"."""

    factors: int = 64
    learning_rate: float = 0.05
    regularization: float = 0.03
    iterations: int = 300

    def __post_init__(self) -> None:
        if min(self.factors, self.iterations) < 1 or not (self.learning_rate > 0 and self.regularization >= 0):
            raise RecommenderError(
                f"expected factors and iterations >= 1, learning_rate > 0 and regularization >= 0, got {self.factors}, "
                f"{self.iterations}, {self.learning_rate}, {self.regularization}"
            )


class FittedBPR(FittedEmbeddings):
    """The last of the d dimensions is the item's bias; for every user it is 1."""

    name = "bpr"


class BPR(Recommender):
    """Pairwise ranking with user and item embeddings."""

    name = "bpr"
    supports_fold_in = False

    def __init__(self, config: BPRConfig | None = None) -> None:
        self.config = config or BPRConfig()

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedBPR:
        matrix = sparse.csr_matrix(
            (interactions.to_csr() > 0).astype(np.float32)
        )  # the library does not accept csr_array
        settings = self.config
        model = BayesianPersonalizedRanking(
            factors=settings.factors,
            learning_rate=settings.learning_rate,
            regularization=settings.regularization,
            iterations=settings.iterations,
            num_threads=1,  # more threads race, so that a seed is not reproducible
            random_state=seed,
        )
        model.fit(
            matrix,
            show_progress=False,
            callback=lambda done, *_: progress(
                (done + 1) / settings.iterations, f"iteration {done + 1} of {settings.iterations}"
            ),
        )
        is_known = np.bincount(matrix.indices, minlength=interactions.n_items) > 0
        return FittedBPR(model.user_factors, model.item_factors, is_known)
