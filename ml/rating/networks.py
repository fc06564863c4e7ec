"""Training of Keras networks on ratings, with early stopping. Importing this module loads TensorFlow."""

from __future__ import annotations

import ml.recommenders.dmf.quiet_tensorflow  # noqa: F401 must precede other imports of TensorFlow

# isort: split
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ml.artifact import JSON
from ml.rating.base import Progress
from ml.rating.configs import TrainingConfig
from ml.rating.ratings import Ratings

FEWEST_TO_VALIDATE = 10
ROWS_PER_BLOCK = 8_192
Inputs = dict[str, NDArray[Any]]


def train(
    network: keras.Model,
    inputs: Inputs,
    targets: NDArray[np.float32],
    config: TrainingConfig,
    *,
    seed: int,
    progress: Progress,
) -> list[JSON]:
    """Train in place and return the history, one entry per epoch.

    inputs: arrays [n, ...] by the names of the network's inputs; targets: float32 [n]. The network keeps the weights of
    the epoch with the least loss on a random validation_share of the rows, which are not trained on.
    """
    random = np.random.default_rng(seed)
    order = random.permutation(targets.size)
    n_left_out = round(config.validation_share * targets.size) if targets.size >= FEWEST_TO_VALIDATE else 0
    left_out, rows = order[:n_left_out], order[n_left_out:]
    network.compile(optimizer=keras.optimizers.Adam(config.learning_rate, clipnorm=config.clipnorm), loss=config.loss)
    history: list[JSON] = []
    best, best_epoch, best_weights = np.inf, 0, network.get_weights()
    for epoch in range(1, config.most_epochs + 1):
        network.reset_metrics()
        random.shuffle(rows)
        loss = 0.0
        for start_of_batch in range(0, rows.size, config.batch_size):
            batch = rows[start_of_batch : start_of_batch + config.batch_size]
            loss = float(network.train_on_batch(_rows(inputs, batch), targets[batch]))
        figure = _loss(network, _rows(inputs, left_out), targets[left_out], config.loss) if n_left_out else loss
        history.append({"epoch": epoch, "loss": loss, "validation_loss": figure if n_left_out else None})
        progress(0.95 * epoch / config.most_epochs, f"epoch {epoch} of at most {config.most_epochs}, loss {loss:.4f}")
        if figure < best:
            best, best_epoch, best_weights = figure, epoch, network.get_weights()
        elif epoch - best_epoch >= config.patience:
            break
    network.set_weights(best_weights)
    return history


def pair_inputs(ratings: Ratings) -> Inputs:
    """Return the indices of n ratings, int32 [n, 1], under the names `user` and `item`."""
    return {"user": ratings.users[:, None], "item": ratings.items[:, None]}


def new_inputs(seed: int) -> dict[str, keras.KerasTensor]:
    """Clear earlier networks, set all seeds, and return the inputs `user` and `item` of a new network."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    return {name: keras.Input((1,), dtype="int32", name=name) for name in ("user", "item")}


def embedding(
    index: keras.KerasTensor, n: int, dimensions: int, name: str, *, l2: float = 0.0, initializer: str = "uniform"
) -> keras.KerasTensor:
    """Return the embedding [b, dimensions] of indices [b, 1] below n."""
    layer = keras.layers.Embedding(
        max(int(n), 1),
        dimensions,
        name=name,
        embeddings_initializer=initializer,
        embeddings_regularizer=keras.regularizers.L2(l2) if l2 else None,
    )
    return keras.layers.Reshape((dimensions,))(layer(index))


def table(network: keras.Model, name: str) -> NDArray[np.float32]:
    """Return the rows of an embedding, float32 [n, d]."""
    return np.asarray(network.get_layer(name).get_weights()[0], np.float32)


def dense(network: keras.Model, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return kernel [a, b] and bias [b] of a dense layer."""
    kernel, bias = network.get_layer(name).get_weights()
    return np.asarray(kernel, np.float32), np.asarray(bias, np.float32)


def normalisation(network: keras.Model, name: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return scale [d] and shift [d] of batch normalisation after training: y = x scale + shift."""
    layer = network.get_layer(name)
    gamma, beta, mean, variance = layer.get_weights()
    scale = gamma / np.sqrt(variance + layer.epsilon)
    return np.asarray(scale, np.float32), np.asarray(beta - mean * scale, np.float32)


def scalar(network: keras.Model, name: str) -> float:
    """Return the learned value of a `ScalarBias`."""
    return float(np.asarray(network.get_layer(name).get_weights()[0])[0])


class ScalarBias(keras.layers.Layer):  # type: ignore[misc] # Keras has no types
    """Layer that adds one learned number."""

    def __init__(self, initializer: keras.initializers.Initializer, name: str) -> None:
        super().__init__(name=name)
        self._number = self.add_weight(shape=(1,), initializer=initializer, name="number")

    def call(self, values: keras.KerasTensor) -> keras.KerasTensor:
        """Return values [b, 1] + the number."""
        return values + self._number


def _loss(network: keras.Model, inputs: Inputs, targets: NDArray[np.float32], loss: str) -> float:
    """Return the mean squared or absolute error of n rows; without penalties."""
    blocks = range(0, targets.size, ROWS_PER_BLOCK)
    parts = [network(_rows(inputs, slice(start, start + ROWS_PER_BLOCK)), training=False) for start in blocks]
    errors = targets - np.concatenate([np.asarray(part)[:, 0] for part in parts])
    return float(np.mean(np.square(errors)) if loss == "mse" else np.mean(np.abs(errors)))


def _rows(inputs: Inputs, rows: NDArray[np.int64] | slice) -> Inputs:
    return {name: array[rows] for name, array in inputs.items()}
