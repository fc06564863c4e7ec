"""Models of a version: fitted on everything, and measured on products that were held out."""

import logging
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ml.hybrid_tower import HybridTower
from ml.index_building.low_rank import Model, low_rank_approximation
from ml.interactions import Interactions
from ml.recommenders import registry
from ml.recommenders.base import FittedRecommender, Recommender
from ml.splits import Split, leave_one_out
from ml.user_tower import UserTower
from recommendations.jobs.progress import Progress, silent, step
from recommendations.learning.evaluating import evaluate
from recommendations.learning.fine_tuning import WarmStart, warm_start
from recommendations.learning.gate import LEAST_CASES, compare_trial, promoted_opponent
from recommendations.learning.score_weights import in_halves, learn_weights
from recommendations.learning.training_data import TrainingData

logger = logging.getLogger(__name__)

DEFAULT_RECOMMENDER = "hybrid"
# Serves when there is too little behaviour to learn from.
CONTENT_ONLY = "content"
TOO_LITTLE = "Too little behaviour to learn from: products are ranked by content and popularity."
# Recommenders whose scores are, at least nearly, products of a shopper's vector and a product's.
SERVABLE = ("hybrid", "dmf")
# Measured beside a new version: one that knows nothing of the shopper, and one that counts pairs of products.
BASELINES = ("popularity", "item_knn")
# Most lists use the first ten; every web process keeps all of them in memory.
NEIGHBOURS = 20
SHOPPERS_SAMPLED = 400


@dataclass(frozen=True)
class TrainingOptions:
    """Options of a training.

    - `is_measured`: measure the quality of a trial fit on held-out products, and compare it with the promoted version.
    - `is_fine_tuned`: continue to train the promoted version, if possible.
    """

    recommender: str = DEFAULT_RECOMMENDER
    seed: int = 0
    is_measured: bool = True
    is_fine_tuned: bool = False


@dataclass(frozen=True, eq=False)
class FittedModels:
    """Everything the serving index needs of the models of a version.

    - `recommender`, `message`: the recommender that was used, and a note on it for people.
    - `neighbours`, `similarities`: int32 and float32 [w, k], padded with -1.
    - `fitted`: the model they were made of, if any.
    - `figures`: JSON for ModelVersion.metrics.
    """

    recommender: str
    user_tower: UserTower | HybridTower
    item_vectors: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    similarities: NDArray[np.float32]
    fitted: FittedRecommender | None = None
    figures: dict[str, Any] = field(default_factory=dict)
    message: str = ""

    def vectors_of_some(self, interactions: Interactions) -> NDArray[np.float32]:
        """Return vectors of up to 400 shoppers, evenly spread, float32 [s, d]; none when the tower cannot read their
        rows."""
        rows = interactions.to_csr()
        if self.user_tower.n_items != rows.shape[1]:
            return np.zeros((0, self.user_tower.n_dimensions), np.float32)
        some = np.unique(np.linspace(0, rows.shape[0] - 1, min(rows.shape[0], SHOPPERS_SAMPLED)).astype(int))
        return self.user_tower.vectors(rows[some, :])


def nothing_fitted() -> FittedModels:
    """Return models that know no product: products are then ranked by content and popularity."""
    tower = UserTower((np.zeros((0, 1), np.float32),), (np.zeros(1, np.float32),), False, False, True)
    none = np.zeros((0, 1), np.float32)
    return FittedModels(CONTENT_ONLY, tower, none, np.zeros((0, 1), np.int32), none, message=TOO_LITTLE)


def fit_models(data: TrainingData, options: TrainingOptions, progress: Progress = silent) -> FittedModels:
    """Fit on everything; with `is_measured` first without one product per shopper, to measure the quality of the fit.

    A fine-tuning with fewer than 30 products that are new to the model is trained once, on everything, and only
    compared with the promoted version. Where no fine-tuning is possible, fit from scratch and say why.
    """
    if not data.is_sufficient:
        return nothing_fitted()
    warm, why_not = warm_start(data, options.recommender) if options.is_fine_tuned else (None, "")
    if why_not:
        logger.warning("The model is trained from scratch: %s", why_not)
    run = _Run(data, options, warm)
    fitted, figures = run.fit(progress)
    space = low_rank_approximation(cast(Model, fitted), data.interactions.to_csr(), seed=options.seed)
    nearest = cast(Any, run.fit_baseline("item_knn", data.interactions, step(progress, 0.95, 1.0, "Neighbours")))
    return FittedModels(
        recommender=options.recommender,
        user_tower=space.tower,
        item_vectors=space.item_vectors,
        neighbours=nearest.neighbours[:, :NEIGHBOURS],
        similarities=nearest.similarities[:, :NEIGHBOURS],
        fitted=fitted,
        figures={"history": getattr(fitted, "history", []), **figures},
        message=f"Trained from scratch: {why_not}." if why_not else "",
    )


@dataclass(frozen=True, eq=False)
class _Run:
    """One call of `fit_models`; `warm`: the model to start from, None for a fit from scratch."""

    data: TrainingData
    options: TrainingOptions
    warm: WarmStart | None

    def fit(self, progress: Progress) -> tuple[FittedRecommender, dict[str, Any]]:
        """Return the model fitted on everything, and the figures it was measured with."""
        interactions, seed = self.data.interactions, self.options.seed
        model, figures, start = registry.recommender_class(self.options.recommender)(), dict[str, Any](), 0.0
        few: Split | None = None
        if self.options.is_measured:
            split = self.warm.split(interactions, seed=seed) if self.warm else leave_one_out(interactions, seed=seed)
            if self.warm and len(split.test) < LEAST_CASES:
                few, figures = self.warm.familiar_split(interactions, seed=seed), {"held_out": len(split.test)}
            else:
                start = 0.5
                model, figures = self._measure(model, split, step(progress, 0.0, start, "Measuring"))
        fitted = self._train(model, interactions, step(progress, start, 0.95, "Training"))
        if few is not None:
            figures |= self._compare(fitted, few, is_familiar=True)
        return fitted, figures | ({"fine_tuned_from": self.warm.version} if self.warm else {})

    def fit_baseline(self, name: str, interactions: Interactions, progress: Progress = silent) -> FittedRecommender:
        return registry.recommender_class(name)().fit(interactions, seed=self.options.seed, progress=progress)

    def _train(self, model: Recommender, interactions: Interactions, progress: Progress) -> FittedRecommender:
        if self.warm is None:
            return model.fit(interactions, seed=self.options.seed, progress=progress)
        return self.warm.fine_tune(model, interactions, seed=self.options.seed, progress=progress)

    def _measure(self, model: Recommender, split: Split, progress: Progress) -> tuple[Recommender, dict[str, Any]]:
        """Return the model to fit on everything, and the figures of a trial fit and of the baselines.

        A fine-tuning keeps the weights of the version it started from, so that all held-out products measure it.
        """
        seed = self.options.seed
        to_weigh, split = (split, split) if self.warm else in_halves(split, seed=seed)
        if not len(split.test):
            return model, {"held_out": 0}
        fitted = self._train(model, split.train, step(progress, 0.0, 1.0 if self.warm else 0.9, "trial fit"))
        compared = {self.options.recommender: fitted}
        compared |= {name: self.fit_baseline(name, split.train) for name in BASELINES}
        figures = {"held_out": len(split.test), "quality": evaluate(compared, split, seed=seed)}
        figures |= self._compare(fitted, split)
        if not self.warm:
            weighing = step(progress, 0.9, 1.0, "")
            figures |= learn_weights(fitted, to_weigh, split, weighing, data=self.data, seed=seed)
        return model.with_settings_of(fitted), figures | {"history": getattr(fitted, "history", [])}

    def _compare(self, fitted: FittedRecommender, split: Split, *, is_familiar: bool = False) -> dict[str, Any]:
        opponent = promoted_opponent(self.data)
        return compare_trial(fitted, split, opponent=opponent, seed=self.options.seed, is_familiar=is_familiar)
