"""The training loop: softmax over the catalogue, or over sampled candidates, with Adam; stops early on held-out items.

The loss is the cross entropy of each event of a user against all candidates, every event counting alike. A sampled
candidate's score is corrected by the log of its inclusion chance, so that the sum over the sample estimates the sum
over the catalogue (Bengio & Senecal, 2008; Yi et al., RecSys 2019).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ml.artifact import JSON
from ml.interactions import CSR, Interactions
from ml.recommenders.base import Progress
from ml.recommenders.dmf.batches import Batch, BatchSource
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.towers import ColumnTower, RowTower, drop
from ml.splits import leave_one_out
from ml.user_tower import UserTower

EPOCHS_BETWEEN_CHECKS = 5
MOST_USERS_CHECKED = 2000

_SPARSE = (
    tf.TensorSpec((None, 2), tf.int64),
    tf.TensorSpec((None,), tf.float32),
    tf.TensorSpec((), tf.int64),
    tf.TensorSpec((None,), tf.float32),
    tf.TensorSpec((None,), tf.int64),
    tf.TensorSpec((None,), tf.float32),
    tf.TensorSpec((None,), tf.int64),
)


@dataclass(frozen=True)
class Trained:
    """user_tower in NumPy; item_vectors: float32 [n_items, d]; epochs: passes made; history: JSON, one per check."""

    user_tower: UserTower
    item_vectors: NDArray[np.float32]
    epochs: int
    history: list[dict[str, JSON]]


class Trainer:
    """Two towers, an optimizer, and one compiled step."""

    def __init__(self, matrix: CSR, config: DMFConfig, *, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        self._config = config
        self.users = RowTower(matrix.shape[1], config, seed=seed)
        self.items = ColumnTower(matrix, config, seed=seed)
        self._n_items = matrix.shape[1]
        self._variables = [*self.users.trainable_variables, *self.items.trainable_variables]
        self._optimizer = keras.optimizers.Adam(config.learning_rate)
        self._optimizer.build(self._variables)
        self._step = tf.function(self._take_step, input_signature=_SPARSE)
        self._mean_events = matrix.nnz / max(int(np.count_nonzero(np.diff(matrix.indptr))), 1)
        self.source = BatchSource(
            matrix,
            batch_users=int(config.batch_users or 1),
            candidates=config.candidates,
            binary=config.binary,
            seed=seed,
        )

    def run_epoch(self) -> float:
        """Pass over all users once; return the mean loss."""
        return float(np.mean([self._feed(batch) for batch in self.source.epoch()]))

    def _feed(self, batch: Batch) -> float:
        loss = self._step(
            batch.positions,
            batch.scaled,
            batch.n_rows,
            batch.weights,
            batch.candidates,
            batch.log_inclusion,
            batch.target_places,
        )
        return float(loss)

    def _take_step(
        self,
        positions: tf.Tensor,
        scaled: tf.Tensor,
        n_rows: tf.Tensor,
        weights: tf.Tensor,
        candidates: tf.Tensor,
        log_inclusion: tf.Tensor,
        places: tf.Tensor,
    ) -> tf.Tensor:
        rows = tf.SparseTensor(positions, scaled, tf.stack([n_rows, tf.constant(self._n_items, tf.int64)]))
        with tf.GradientTape() as tape:
            vectors = self.users(drop(rows, float(self._config.input_dropout or 0.0)))
            scores = tf.matmul(vectors, self.items(candidates, training=True), transpose_b=True)
            if self._config.cosine:
                scores /= self._config.temperature
            of_event = tf.gather_nd(scores, tf.stack([positions[:, 0], places], 1))
            total = tf.gather(tf.reduce_logsumexp(scores - log_inclusion, 1), positions[:, 0])
            loss = tf.reduce_sum(weights * (total - of_event)) / (tf.cast(n_rows, tf.float32) * self._mean_events)
        self._optimizer.apply_gradients(zip(tape.gradient(loss, self._variables), self._variables, strict=True))
        return loss


def train(interactions: Interactions, config: DMFConfig, *, seed: int, progress: Progress) -> Trained:
    """Find the number of epochs on one held-out item per user, then train on everything for as many."""
    matrix = interactions.to_csr()
    settings = config.resolved(matrix)
    epochs = int(settings.most_epochs or 1)
    history: list[dict[str, JSON]] = []
    share = 0.0
    if settings.validate:
        split = leave_one_out(replace(interactions, timestamps=None), seed=seed)
        if len(split.test) and len(split.train):
            share = 0.6
            epochs, history = _search(split.train, split.test, settings, seed, progress, share)
    trainer = Trainer(matrix, settings, seed=seed)
    for epoch in range(1, epochs + 1):
        loss = trainer.run_epoch()
        progress(share + (1 - share) * epoch / epochs, f"epoch {epoch} of {epochs}, loss {loss:.4f}")
        if not share:
            history.append({"epoch": epoch, "loss": loss})
    return Trained(trainer.users.to_numpy(), trainer.items.to_numpy(), epochs, history)


def _search(
    train_part: Interactions, held_out: Interactions, settings: DMFConfig, seed: int, progress: Progress, share: float
) -> tuple[int, list[dict[str, JSON]]]:
    """Return the number of epochs with the best validation figure, and the history of the search."""
    matrix = train_part.to_csr()
    trainer = Trainer(matrix, settings, seed=seed)
    most = int(settings.most_epochs or 1)
    between = max(EPOCHS_BETWEEN_CHECKS, most // 20)
    history: list[dict[str, JSON]] = []
    best_epoch, best = 1, -1.0
    for epoch in range(1, most + 1):
        loss = trainer.run_epoch()
        progress(share * epoch / most, f"validation epoch {epoch}, loss {loss:.4f}")
        if epoch % between and epoch != most:
            continue
        figure = discounted_gain(matrix, held_out, trainer.users.to_numpy(), trainer.items.to_numpy())
        history.append({"epoch": epoch, "loss": loss, "validation_ndcg": figure})
        if figure > best:
            best_epoch, best = epoch, figure
        elif epoch - best_epoch >= settings.patience * between:
            break
    return best_epoch, history


def discounted_gain(matrix: CSR, held_out: Interactions, tower: UserTower, item_vectors: NDArray[np.float32]) -> float:
    """Return the mean of 1 / log2(1 + rank) of the held-out items among all the user has not touched.

    Without a cut-off, so that every user says something; items nobody touched in train are passed over.
    """
    is_known = np.bincount(matrix.indices, minlength=matrix.shape[1]) > 0
    usable = np.flatnonzero(is_known[held_out.items])[:MOST_USERS_CHECKED]
    if not usable.size:
        return 0.0
    gains = []
    for start in range(0, usable.size, 256):
        part = usable[start : start + 256]
        rows = matrix[held_out.users[part]]
        scores = tower.vectors(rows) @ item_vectors.T
        wanted = scores[np.arange(part.size), held_out.items[part]]
        scores[:, ~is_known] = -np.inf
        scores[np.repeat(np.arange(part.size), np.diff(rows.indptr)), rows.indices] = -np.inf
        gains.append(1.0 / np.log2(1.0 + np.maximum((scores >= wanted[:, None]).sum(1), 1)))
    return float(np.concatenate(gains).mean())
