"""Dense layers over the concatenated embeddings of user and item. Importing it loads TensorFlow."""

from __future__ import annotations

import ml.recommenders.dmf.quiet_tensorflow  # noqa: F401 must precede other imports of TensorFlow

# isort: split
import keras

import ml.rating.networks as networks
from ml.rating.configs import DMFRegressorConfig
from ml.rating.network_model import Common, NetworkModel, mean_initializer
from ml.rating.ratings import Ratings
from ml.rating_prediction.dense_predictor import DensePredictor

N_WITH_DROPOUT = 2


class DMFRegressor(NetworkModel):
    """Dense layers, each with batch normalisation and leaky ReLU, the first two with dropout."""

    name = "dmf_regressor"
    config: DMFRegressorConfig

    def build(self, ratings: Ratings, seed: int) -> tuple[keras.Model, networks.Inputs]:
        config, inputs = self.config, networks.new_inputs(seed)
        hidden = keras.layers.Concatenate()(
            [
                networks.embedding(inputs[side], n, config.dimensions, f"{side}_vectors", l2=config.l2)
                for side, n in (("user", ratings.n_users), ("item", ratings.n_items))
            ]
        )
        for number, units in enumerate(config.units):
            hidden = keras.layers.Dense(units, name=f"dense_{number}")(hidden)
            hidden = keras.layers.BatchNormalization(name=f"norm_{number}")(hidden)
            hidden = keras.layers.LeakyReLU(negative_slope=config.slope)(hidden)
            if number < N_WITH_DROPOUT:
                hidden = keras.layers.Dropout(config.dropout)(hidden)
        stars = keras.layers.Dense(1, name="stars", bias_initializer=mean_initializer(ratings))(hidden)
        return keras.Model(inputs, stars), networks.pair_inputs(ratings)

    def _to_predictor(self, network: keras.Model, ratings: Ratings, common: Common) -> DensePredictor:
        kernels, offsets = [], []
        for number in range(len(self.config.units)):
            kernel, offset = networks.dense(network, f"dense_{number}")
            scale, shift = networks.normalisation(network, f"norm_{number}")
            kernels.append(kernel * scale)
            offsets.append(offset * scale + shift)
        last_kernel, last_offset = networks.dense(network, "stars")
        half = self.config.dimensions
        users, items = networks.table(network, "user_vectors"), networks.table(network, "item_vectors")
        return DensePredictor(
            **common,
            user_part=users[: ratings.n_users] @ kernels[0][:half],
            item_part=items[: ratings.n_items] @ kernels[0][half:] + offsets[0],
            kernels=(*kernels[1:], last_kernel),
            offsets=(*offsets[1:], last_offset),
            slope=self.config.slope,
        )
