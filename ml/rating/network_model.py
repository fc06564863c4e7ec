"""Base class of rating models with a network. Importing this module loads TensorFlow."""

from __future__ import annotations

import ml.recommenders.dmf.quiet_tensorflow  # noqa: F401 must precede other imports of TensorFlow

# isort: split
from abc import abstractmethod
from typing import Any, TypedDict

import keras

import ml.rating.networks as networks
from ml.artifact import JSON
from ml.rating.base import Progress, RatingModel
from ml.rating.biases_fit import fit_biases
from ml.rating.ratings import Ratings
from ml.rating_prediction.biases import Biases
from ml.rating_prediction.predictor import RatingPredictor


class Common(TypedDict):
    """Fields of every predictor."""

    model: str
    scale: tuple[float, float]
    biases: Biases
    settings: dict[str, JSON]
    history: list[JSON]


class NetworkModel(RatingModel):
    """A model that builds and trains a network, and converts it to a NumPy predictor."""

    @abstractmethod
    def build(self, ratings: Ratings, seed: int) -> tuple[keras.Model, networks.Inputs]:
        """Return the untrained network and its inputs for n ratings."""

    @abstractmethod
    def _to_predictor(self, network: keras.Model, ratings: Ratings, common: Common) -> RatingPredictor:
        """Return the predictor with the same predictions as the trained network."""

    def _fit(self, ratings: Ratings, *, seed: int, progress: Progress) -> RatingPredictor:
        network, inputs = self.build(ratings, seed)
        history = networks.train(network, inputs, ratings.stars, self.config, seed=seed, progress=progress)
        return self.to_predictor(network, ratings, history)

    def to_predictor(self, network: keras.Model, ratings: Ratings, history: list[JSON]) -> RatingPredictor:
        """Return a trained network as a predictor; users and items without ratings are predicted by biases."""
        common: Common = {
            "model": self.label,
            "scale": ratings.scale,
            "biases": fit_biases(ratings, user_shrinkage=5.0, item_shrinkage=10.0),
            "settings": self.settings(),
            "history": history,
        }
        return self._to_predictor(network, ratings, common)


def mean_initializer(ratings: Ratings) -> Any:
    """Return an initialiser with the mean of the ratings, at which training starts."""
    return keras.initializers.Constant(float(ratings.stars.mean()))
