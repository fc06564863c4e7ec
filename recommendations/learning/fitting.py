"""Fit the models of a version, and measure them on what they did not see."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

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
from recommendations.learning.fine_tuning import WarmStart
from recommendations.learning.gate import LEAST_CASES
from recommendations.learning.weighing import in_halves

DEFAULT_RECOMMENDER = "hybrid"
# What serves when there is too little behaviour to learn from.
CONTENT_ONLY = "content"
# Recommenders whose scores are products of a shopper's vector and a product's, or near it.
SERVABLE = ("hybrid", "dmf")
# What a version is held against besides the one that serves: who knows nothing of the shopper, and who counts pairs.
BASELINES = ("popularity", "item_knn")
# Most lists look at the first ten of each; all of them are resident in every web process.
NEIGHBOURS = 20
SHOPPERS_SAMPLED = 400
# Gets the trial fit and two halves of what was held out: what weights are chosen by, and what they are measured on.
Weigh = Callable[[FittedRecommender, Split, Split, Progress], dict[str, Any]]


class Compare(Protocol):
    """Gets the trial fit and what it was measured on, which is_familiar tells to have been seen by both sides; returns
    further figures (recommendations/learning/gate.py)."""

    def __call__(self, fitted: FittedRecommender, split: Split, *, is_familiar: bool = False) -> dict[str, Any]: ...


@dataclass(frozen=True, eq=False)
class FittedModels:
    """neighbours, similarities: int32 and float32 [w, k], -1 padding; fitted: the model they were made of, if any;
    figures: JSON for ModelVersion.metrics."""

    user_tower: UserTower | HybridTower
    item_vectors: NDArray[np.float32]
    neighbours: NDArray[np.int32]
    similarities: NDArray[np.float32]
    fitted: FittedRecommender | None = None
    figures: dict[str, Any] = field(default_factory=dict)

    def vectors_of_some(self, interactions: Interactions) -> NDArray[np.float32]:
        """Return vectors of up to 400 shoppers, evenly spread, float32 [s, d]; none of rows the tower cannot read."""
        rows = interactions.to_csr()
        if self.user_tower.n_items != rows.shape[1]:
            return np.zeros((0, self.user_tower.n_dimensions), np.float32)
        some = np.unique(np.linspace(0, rows.shape[0] - 1, min(rows.shape[0], SHOPPERS_SAMPLED)).astype(int))
        return self.user_tower.vectors(rows[some, :])


def nothing_fitted() -> FittedModels:
    """Return models that know no product: ranking then goes by content and popularity."""
    tower = UserTower((np.zeros((0, 1), np.float32),), (np.zeros(1, np.float32),), False, False, True)
    none = np.zeros((0, 1), np.float32)
    return FittedModels(tower, none, np.zeros((0, 1), np.int32), none)


def fit_models(
    interactions: Interactions,
    *,
    recommender: str,
    seed: int,
    is_measured: bool,
    progress: Progress,
    compare: Compare | None = None,
    weigh: Weigh | None = None,
    warm: WarmStart | None = None,
) -> FittedModels:
    """Fit on everything; with is_measured first without one product per shopper, to learn how good the fit is.

    weigh: learns weights from half of these products, and all figures are of the other half. warm: the model to train
    on from, instead of fitting from scratch; with fewer than 30 products that are new to it, it is trained on once, on
    everything, and only compared.
    """
    half = 0.5 if is_measured else 0.0
    model = registry.recommender_class(recommender)()
    figures: dict[str, Any] = {}
    fitted: FittedRecommender | None = None
    if is_measured:
        split = warm.split(interactions, seed=seed) if warm else leave_one_out(interactions, seed=seed)
        if warm and compare and len(split.test) < LEAST_CASES:
            fitted = _train(model, interactions, warm, seed, step(progress, 0.0, 0.95, "Training"))
            figures = {"held_out": len(split.test)}
            figures |= compare(fitted, warm.familiar_split(interactions, seed=seed), is_familiar=True)
        else:
            measuring = step(progress, 0.0, half, "Measuring")
            model, figures = _measure(split, recommender, model, seed, compare, weigh, measuring, warm)
    if fitted is None:
        fitted = _train(model, interactions, warm, seed, step(progress, half, 0.95, "Training"))
    if warm is not None:
        figures["fine_tuned_from"] = warm.version
    space = low_rank_approximation(cast(Model, fitted), interactions.to_csr(), seed=seed)
    nearest = cast(Any, _fit("item_knn", interactions, seed, step(progress, 0.95, 1.0, "Neighbours")))
    return FittedModels(
        user_tower=space.tower,
        item_vectors=space.item_vectors,
        neighbours=nearest.neighbours[:, :NEIGHBOURS],
        similarities=nearest.similarities[:, :NEIGHBOURS],
        fitted=fitted,
        figures={"history": getattr(fitted, "history", []), **figures},
    )


def _train(
    model: Recommender, interactions: Interactions, warm: WarmStart | None, seed: int, progress: Progress
) -> FittedRecommender:
    if warm is None:
        return model.fit(interactions, seed=seed, progress=progress)
    return warm.fine_tune(model, interactions, seed=seed, progress=progress)


def _measure(
    split: Split,
    name: str,
    model: Recommender,
    seed: int,
    compare: Compare | None,
    weigh: Weigh | None,
    progress: Progress,
    warm: WarmStart | None,
) -> tuple[Recommender, dict[str, Any]]:
    """Return the model to fit on everything, and the figures of it and of the baselines on what a split holds out."""
    to_weigh, split = in_halves(split, seed=seed) if weigh else (split, split)
    if not len(split.test):
        return model, {"held_out": 0}
    fitting = step(progress, 0.0, 0.9 if weigh else 1.0, "trial fit")
    fitted = _train(model, split.train, warm, seed, fitting)
    baselines = {baseline: _fit(baseline, split.train, seed, silent) for baseline in BASELINES}
    compared = {name: fitted, **baselines}
    figures = {"held_out": len(split.test), "quality": evaluate(compared, split, seed=seed)}
    figures |= compare(fitted, split) if compare else {}
    figures |= weigh(fitted, to_weigh, split, step(progress, 0.9, 1.0, "")) if weigh else {}
    return model.with_settings_of(fitted), figures | {"history": getattr(fitted, "history", [])}


def _fit(name: str, interactions: Interactions, seed: int, progress: Progress) -> FittedRecommender:
    return registry.recommender_class(name)().fit(interactions, seed=seed, progress=progress)
