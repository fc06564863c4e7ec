"""The recommender `hybrid`. Importing this module loads TensorFlow."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from typing import cast

import numpy as np

from ml.artifact import JSON
from ml.interactions import Interactions
from ml.recommenders.base import Changes, FittedRecommender, Progress, Recommender, part_of
from ml.recommenders.blas_threads import one_blas_thread
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.recommender import DMF
from ml.recommenders.dmf.training import SearchResult
from ml.recommenders.dmf.validation import Validation
from ml.recommenders.ease import EASE, LARGEST_INVERSE
from ml.recommenders.hybrid.blending import USUAL_WEIGHTS, best_recency, best_weights
from ml.recommenders.hybrid.fitted import BlendWeights, FittedHybrid, FittedLinear
from ml.recommenders.ials import IALS, FittedIALS, IALSConfig
from ml.recommenders.item_knn import ItemKNN


@dataclass(frozen=True)
class HybridConfig:
    """Settings of the parts, and weights of the blend; None: chosen on validation items."""

    dmf: DMFConfig = field(default_factory=DMFConfig)
    ials: IALSConfig = field(default_factory=IALSConfig)
    weights: BlendWeights | None = None


class Hybrid(Recommender):
    """Weighted sum of DMF, iALS and EASE (item_knn for large data), each standardised per user.

    The same validation items, held out of the training data, are used for DMF's early stopping and the weights; then
    every part is fitted on all interactions.
    """

    name = "hybrid"
    supports_fold_in = True
    trains_on = True

    def __init__(self, config: HybridConfig | None = None) -> None:
        self.config = config or HybridConfig()

    def with_settings_of(self, fitted: FittedRecommender) -> Recommender:
        """Return the hybrid with the epochs and weights of `fitted`, without a search."""
        if not isinstance(fitted, FittedHybrid):
            return self
        dmf = cast(DMF, DMF(self.config.dmf).with_settings_of(fitted.dmf))
        return Hybrid(replace(self.config, dmf=dmf.config, weights=fitted.weights))

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedHybrid:
        validation = Validation.cut(interactions, seed=seed) if self.config.dmf.validate else None
        weights = self.config.weights or USUAL_WEIGHTS
        dmf = DMF(self.config.dmf.resolved(interactions.to_csr()))  # the same for the search and the final fit
        if validation is None:
            fitted_dmf = cast(FittedDMF, dmf.fit(interactions, seed=seed, progress=part_of(progress, 0.0, 0.9)))
        else:
            search_result, member = dmf.search(validation, seed=seed, progress=part_of(progress, 0.0, 0.45))
            if self.config.weights is None:
                ials, linear = self._linear_parts(
                    Interactions.from_csr(validation.train), seed, part_of(progress, 0.45, 0.55)
                )
                weights = best_weights(member, ials, linear, validation)
                if self.config.dmf.recency is None:
                    search_result = _with_recency_for_all(search_result, member, ials, linear, weights, validation)
            fitted_dmf = dmf.finish(interactions, search_result, seed=seed, progress=part_of(progress, 0.55, 0.9))
        ials, linear = self._linear_parts(interactions, seed, part_of(progress, 0.9, 1.0))
        settings = cast(dict[str, JSON], asdict(replace(self.config, weights=weights)))
        return FittedHybrid(fitted_dmf, ials, linear, weights, settings)

    def _fine_tune(
        self,
        fitted: FittedRecommender,
        interactions: Interactions,
        changes: Changes,
        *,
        seed: int,
        progress: Progress,
    ) -> FittedRecommender:
        """Fine-tune DMF and iALS, and fit the linear part, which has a closed form, from scratch. The weights stay."""
        if not isinstance(fitted, FittedHybrid):
            return super()._fine_tune(fitted, interactions, changes, seed=seed, progress=progress)
        with one_blas_thread(), ThreadPoolExecutor(1) as pool:
            ials_job = pool.submit(IALS(self.config.ials).fine_tune, fitted.ials, interactions, changes, seed=seed)
            dmf = DMF(self.config.dmf).fine_tune(
                fitted.dmf, interactions, changes, seed=seed, progress=part_of(progress, 0.0, 0.8)
            )
            ials = ials_job.result()
        linear = self._linear_part(interactions, seed, part_of(progress, 0.8, 1.0))
        with one_blas_thread():
            return FittedHybrid(cast(FittedDMF, dmf), cast(FittedIALS, ials), linear, fitted.weights, fitted.settings)

    def _linear_parts(
        self, interactions: Interactions, seed: int, progress: Progress
    ) -> tuple[FittedIALS, FittedLinear]:
        ials = IALS(self.config.ials).fit(interactions, seed=seed, progress=part_of(progress, 0.0, 0.5))
        return cast(FittedIALS, ials), self._linear_part(interactions, seed, part_of(progress, 0.5, 1.0))

    def _linear_part(self, interactions: Interactions, seed: int, progress: Progress) -> FittedLinear:
        fewest = min(np.unique(interactions.users).size, np.unique(interactions.items).size)
        linear = EASE() if fewest <= LARGEST_INVERSE else ItemKNN()
        return cast(FittedLinear, linear.fit(interactions, seed=seed, progress=progress))


def _with_recency_for_all(
    search_result: SearchResult,
    member: FittedDMF,
    ials: FittedIALS,
    linear: FittedLinear,
    weights: BlendWeights,
    validation: Validation,
) -> SearchResult:
    """Return the search result with the weight of recency for the blend."""

    def dmf(weight: float) -> FittedDMF:
        return member.with_recency(weight, validation.recency, validation.train)

    return replace(search_result, recency=best_recency(dmf, search_result.recency, ials, linear, weights, validation))
