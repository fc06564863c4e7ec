"""Matrix factorization with biases, as a network: mean + b_u + b_i + p_u q_i. Importing it loads TensorFlow.

Koren, Bell, Volinsky, "Matrix factorization techniques for recommender systems", IEEE Computer 2009, eq. 4, with
batch normalisation and dropout on the embeddings.
"""

from __future__ import annotations

import ml.recommenders.dmf.quiet_tensorflow  # noqa: F401 must precede other imports of TensorFlow

# isort: split
import keras

import ml.rating.networks as networks
from ml.rating.configs import BiasedMFConfig
from ml.rating.network_model import Common, NetworkModel, mean_initializer
from ml.rating.networks import ScalarBias
from ml.rating.ratings import Ratings
from ml.rating_prediction.factor_predictor import FactorPredictor


class BiasedMF(NetworkModel):
    """Embeddings, batch normalisation, dropout, a dot product, and three biases."""

    name = "biased_mf"
    config: BiasedMFConfig

    def build(self, ratings: Ratings, seed: int) -> tuple[keras.Model, networks.Inputs]:
        config, inputs = self.config, networks.new_inputs(seed)
        sides, biases = [], []
        for side, n in (("user", ratings.n_users), ("item", ratings.n_items)):
            vector = networks.embedding(
                inputs[side], n, config.dimensions, f"{side}_factors", l2=config.l2, initializer="he_normal"
            )
            if config.normalise:
                vector = keras.layers.BatchNormalization(name=f"{side}_norm")(vector)
            sides.append(keras.layers.Dropout(config.dropout)(vector))
            biases.append(networks.embedding(inputs[side], n, 1, f"{side}_bias", l2=config.l2, initializer="zeros"))
        summed = keras.layers.Add()([keras.layers.Dot(1)(sides), *biases])
        stars = ScalarBias(mean_initializer(ratings), name="global_bias")(summed)
        return keras.Model(inputs, stars), networks.pair_inputs(ratings)

    def _to_predictor(self, network: keras.Model, ratings: Ratings, common: Common) -> FactorPredictor:
        factors = {}
        for side in ("user", "item"):
            factors[side] = networks.table(network, f"{side}_factors")
            if self.config.normalise:
                scale, shift = networks.normalisation(network, f"{side}_norm")
                factors[side] = factors[side] * scale + shift
        return FactorPredictor(
            **common,
            user_factors=factors["user"][: ratings.n_users],
            item_factors=factors["item"][: ratings.n_items],
            user_terms=networks.table(network, "user_bias")[: ratings.n_users, 0],
            item_terms=networks.table(network, "item_bias")[: ratings.n_items, 0],
            offset=networks.scalar(network, "global_bias"),
            bounded=False,
        )
