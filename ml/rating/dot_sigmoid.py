"""Sigmoid of a dot product of embeddings, rescaled to the stars. Importing it loads TensorFlow."""

from __future__ import annotations

import ml.recommenders.dmf.quiet_tensorflow  # noqa: F401 must precede other imports of TensorFlow

# isort: split
import keras
import numpy as np

import ml.rating.networks as networks
from ml.rating.configs import DotSigmoidConfig
from ml.rating.network_model import Common, NetworkModel
from ml.rating.networks import ScalarBias
from ml.rating.ratings import Ratings
from ml.rating_prediction.factor_predictor import FactorPredictor

MARGIN = 0.02  # of the scale: a mean at its end has no finite logit


class DotSigmoid(NetworkModel):
    """stars = least + (most - least) sigmoid(p_u q_i), optionally with biases inside the sigmoid."""

    name = "dot_sigmoid"
    config: DotSigmoidConfig

    def build(self, ratings: Ratings, seed: int) -> tuple[keras.Model, networks.Inputs]:
        config, inputs = self.config, networks.new_inputs(seed)
        sizes = {"user": ratings.n_users, "item": ratings.n_items}
        sides = [
            networks.embedding(
                inputs[side], n, config.dimensions, f"{side}_factors", l2=config.l2, initializer="he_normal"
            )
            for side, n in sizes.items()
        ]
        value = keras.layers.Dot(1)(sides)
        if config.with_biases:
            biases = [
                networks.embedding(inputs[side], n, 1, f"{side}_bias", l2=config.bias_l2, initializer="zeros")
                for side, n in sizes.items()
            ]
            offset = ScalarBias(keras.initializers.Constant(mean_logit(ratings)), name="offset")
            value = offset(keras.layers.Add()([value, *biases]))
        least, most = ratings.scale
        share = keras.layers.Activation("sigmoid")(value)
        return keras.Model(inputs, keras.layers.Rescaling(most - least, least)(share)), networks.pair_inputs(ratings)

    def _to_predictor(self, network: keras.Model, ratings: Ratings, common: Common) -> FactorPredictor:
        offset = 0.0
        terms = {"user": np.zeros(ratings.n_users, np.float32), "item": np.zeros(ratings.n_items, np.float32)}
        if self.config.with_biases:
            terms = {side: networks.table(network, f"{side}_bias")[: len(zeros), 0] for side, zeros in terms.items()}
            offset = networks.scalar(network, "offset")
        return FactorPredictor(
            **common,
            user_factors=networks.table(network, "user_factors")[: ratings.n_users],
            item_factors=networks.table(network, "item_factors")[: ratings.n_items],
            user_terms=terms["user"],
            item_terms=terms["item"],
            offset=offset,
            bounded=True,
        )


def mean_logit(ratings: Ratings) -> float:
    """Return the value whose sigmoid is the mean of the ratings."""
    least, most = ratings.scale
    share = np.clip((float(ratings.stars.mean()) - least) / (most - least), MARGIN, 1 - MARGIN)
    return float(np.log(share / (1 - share)))
