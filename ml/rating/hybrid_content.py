"""Hybrid of factors, embeddings, and the item's text and picture. Importing it loads TensorFlow."""

from __future__ import annotations

import ml.recommenders.dmf.quiet_tensorflow  # noqa: F401 must precede other imports of TensorFlow

# isort: split
import keras
import numpy as np
from numpy.typing import NDArray

import ml.rating.networks as networks
from ml.rating.configs import HybridContentConfig
from ml.rating.item_texts import text_vectors
from ml.rating.network_model import Common, NetworkModel, mean_initializer
from ml.rating.ratings import Ratings
from ml.rating_prediction.hybrid_predictor import HybridPredictor


class HybridContent(NetworkModel):
    """Merges a cosine of factors, a layer over embeddings, earlier texts (item_texts.py) and a picture vector."""

    name = "hybrid_content"
    config: HybridContentConfig

    def build(self, ratings: Ratings, seed: int) -> tuple[keras.Model, networks.Inputs]:
        config, inputs = self.config, networks.new_inputs(seed)
        before, after = text_vectors(ratings, use_reviews=config.use_reviews, seed=seed)
        inputs["text"] = keras.Input((before.shape[1],), name="text")
        vectors = {
            f"{side}_{use}": networks.embedding(inputs[side], n, config.dimensions, f"{side}_{use}", l2=config.l2)
            for side, n in (("user", ratings.n_users), ("item", ratings.n_items))
            for use in ("factors", "vectors")
        }
        cosine = keras.layers.Dot(1, normalize=True)([vectors["user_factors"], vectors["item_factors"]])
        beside = keras.layers.Concatenate()([vectors["user_vectors"], vectors["item_vectors"]])
        hidden = keras.layers.Dense(config.embedding_units, activation="relu", name="hidden")(beside)
        text = keras.layers.Dense(config.text_units, activation="relu", name="text_dense")(inputs["text"])
        branches = [cosine, hidden, text]
        if (images := _images(ratings)) is not None:
            image = _constant_rows(inputs["item"], images)
            for number, units in enumerate(config.image_units):
                image = keras.layers.Dense(units, activation="relu", name=f"image_dense_{number}")(image)
            branches.append(image)
        together = keras.layers.Dropout(config.dropout)(keras.layers.Concatenate()(branches))
        merged = keras.layers.Dense(config.merged_units, activation="relu", name="merged")(together)
        stars = keras.layers.Dense(1, name="stars", bias_initializer=mean_initializer(ratings))(merged)
        network = keras.Model(inputs, stars)
        network.text_after = after
        return network, {**networks.pair_inputs(ratings), "text": before}

    def _to_predictor(self, network: keras.Model, ratings: Ratings, common: Common) -> HybridPredictor:
        n_users, n_items, half = ratings.n_users, ratings.n_items, self.config.dimensions
        merged_kernel, merged_offset = networks.dense(network, "merged")
        of_hidden = 1 + self.config.embedding_units
        hidden_kernel, hidden_offset = networks.dense(network, "hidden")
        content = _relu_dense(network, "text_dense", network.text_after)
        if (images := _images(ratings)) is not None:
            for number in range(len(self.config.image_units)):
                images = _relu_dense(network, f"image_dense_{number}", images)
            content = np.hstack([content, images])
        stars_kernel, stars_offset = networks.dense(network, "stars")
        return HybridPredictor(
            **common,
            user_factors=_unit_rows(networks.table(network, "user_factors")[:n_users]),
            item_factors=_unit_rows(networks.table(network, "item_factors")[:n_items]),
            user_part=networks.table(network, "user_vectors")[:n_users] @ hidden_kernel[:half],
            item_part=networks.table(network, "item_vectors")[:n_items] @ hidden_kernel[half:] + hidden_offset,
            cosine_kernel=merged_kernel[0],
            hidden_kernel=merged_kernel[1:of_hidden],
            content_part=content @ merged_kernel[of_hidden:] + merged_offset,
            output_kernel=stars_kernel[:, 0],
            output_offset=stars_offset,
        )


def _images(ratings: Ratings) -> NDArray[np.float32] | None:
    """Return the picture vectors, float32 [n_items, d]; None when no item has a picture."""
    vectors = None if ratings.content is None else ratings.content.image_vectors
    return None if vectors is None or not vectors.any() else np.asarray(vectors, np.float32)


def _constant_rows(index: keras.KerasTensor, rows: NDArray[np.float32]) -> keras.KerasTensor:
    """Return the rows [b, d] of a fixed table at indices [b, 1]."""
    layer = keras.layers.Embedding(
        *rows.shape, embeddings_initializer=keras.initializers.Constant(rows), trainable=False, name="images"
    )
    return keras.layers.Reshape((rows.shape[1],))(layer(index))


def _relu_dense(network: keras.Model, name: str, values: NDArray[np.float32]) -> NDArray[np.float32]:
    kernel, offset = networks.dense(network, name)
    return np.asarray(np.maximum(values @ kernel + offset, 0), np.float32)


def _unit_rows(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return rows of length 1, with the epsilon of Keras's Dot."""
    return np.asarray(rows / np.sqrt(np.maximum(np.square(rows).sum(axis=1, keepdims=True), 1e-12)), np.float32)
