"""Bias model: mean + user bias + item bias, the baseline of every comparison."""

from __future__ import annotations

from dataclasses import asdict, replace

from ml.rating.base import Progress, RatingModel
from ml.rating.biases_fit import choose_shrinkage, fit_biases
from ml.rating.configs import BiasConfig
from ml.rating.ratings import Ratings
from ml.rating_prediction.bias_predictor import BiasPredictor


class BiasOnly(RatingModel):
    """Model of shrunk biases."""

    name = "bias_only"
    config: BiasConfig

    def _fit(self, ratings: Ratings, *, seed: int, progress: Progress) -> BiasPredictor:
        config = self.config
        if config.user_shrinkage is None or config.item_shrinkage is None:
            progress(0.1, "choosing the shrinkage of the biases")
            user, item = choose_shrinkage(ratings, seed=seed)
            config = replace(config, user_shrinkage=user, item_shrinkage=item)
        biases = fit_biases(
            ratings, user_shrinkage=float(config.user_shrinkage or 0), item_shrinkage=float(config.item_shrinkage or 0)
        )
        return BiasPredictor(model=self.label, scale=ratings.scale, biases=biases, settings=asdict(config))
