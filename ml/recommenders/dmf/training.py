"""Training of DMF: softmax over the catalogue, or over sampled candidates, with Adam and early stopping.

The loss is the mean cross entropy of each event of a user against all candidates. A sampled candidate's score is
corrected by the log of its inclusion probability, so that the sum over the sample estimates the sum over the catalogue
(Bengio & Senecal, 2008; Yi et al., RecSys 2019).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ml.artifact import JSON
from ml.interactions import CSR, Interactions
from ml.recommenders.base import Progress, part_of
from ml.recommenders.dmf.batches import Batch, BatchSource
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.distributed import Job, current
from ml.recommenders.dmf.recency import best_recency
from ml.recommenders.dmf.towers import ColumnTower, RowTower, drop
from ml.recommenders.dmf.validation import Validation
from ml.user_tower import UserTower

EPOCHS_BETWEEN_CHECKS = 5
NEGLIGIBLE_SHARE = 0.01
CHECKS_AVERAGED = 3  # a single check is noisy, and the best of many is lucky

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
class Member:
    """Ensemble member: user tower, item_vectors: float32 [n_items, width], with a bias dimension for a tower with a
    constant, and lengths: float32 [n_items], of the vectors before normalisation."""

    user_tower: UserTower
    item_vectors: NDArray[np.float32]
    lengths: NDArray[np.float32]


@dataclass(frozen=True)
class TrainedModel:
    """Concatenated members: user tower, item_vectors: float32 [n_items, d], lengths: float32 [n_items, members], number
    of epochs, history with an entry per check, and weight of recency, which is not yet in the vectors."""

    user_tower: UserTower
    item_vectors: NDArray[np.float32]
    lengths: NDArray[np.float32]
    epochs: int
    history: list[dict[str, JSON]]
    recency: float = 0.0


@dataclass(frozen=True)
class SearchResult:
    """Result of a search: best number of epochs, the member at that epoch, share of the events held out from it,
    history with an entry per check, and weight of recency."""

    epochs: int
    member: Member
    share_held_out: float
    history: list[dict[str, JSON]]
    recency: float


class Trainer:
    """Two towers, an optimizer, and its steps."""

    def __init__(self, matrix: CSR, config: DMFConfig, *, seed: int) -> None:
        keras.utils.set_random_seed(seed)
        self._config = config
        self.users = RowTower(matrix.shape[1], config, seed=seed)
        self.items = ColumnTower(matrix, self.users, config, seed=seed)
        self._n_items = matrix.shape[1]
        self._temperature = float(config.temperature or 1.0) if config.cosine else 1.0
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
        self._team = current()
        self._team.begin(Job(matrix, config, seed), self._variables)

    def run_epoch(self) -> float:
        """Pass over all users once; return the mean loss."""
        with self._team.epoch():
            return float(np.mean([self._feed(self._team.part(batch)) for batch in self.source.epoch()]))

    def to_numpy(self) -> Member:
        """Return the current towers; scores are those of training times the temperature."""
        vectors, lengths = self.items.to_numpy()
        if self.items.item_bias is not None:
            biases = np.asarray(self.items.item_bias, np.float32)[:, None] * np.float32(self._temperature)
            vectors = np.concatenate([vectors, biases], axis=1)
        return Member(self.users.to_numpy(), vectors, lengths)

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
            scores = scores / self._temperature + self.items.biases(candidates)
            of_event = tf.gather_nd(scores, tf.stack([positions[:, 0], places], 1))
            total = tf.gather(tf.reduce_logsumexp(scores - log_inclusion, 1), positions[:, 0])
            loss = tf.reduce_sum(weights * (total - of_event)) / (tf.cast(n_rows, tf.float32) * self._mean_events)
        loss, gradients = self._team.summed(loss, tape.gradient(loss, self._variables), candidates)
        self._optimizer.apply_gradients(zip(gradients, self._variables, strict=True))
        return loss


def train(
    interactions: Interactions,
    config: DMFConfig,
    *,
    seed: int,
    progress: Progress,
    search_result: SearchResult | None = None,
) -> TrainedModel:
    """Return the concatenated members, trained on all interactions for the number of epochs that a search found.

    The member of a search that held out a negligible share is the first. Members differ by their seed. search_result:
    result of `search` for these interactions; None: search here, if config.validate.
    """
    matrix = interactions.to_csr()
    settings = config.resolved(matrix)
    n_members = int(settings.members or 1)
    start = 0.0
    if (
        search_result is None
        and settings.validate
        and (validation := Validation.cut(interactions, seed=seed)) is not None
    ):
        start = 0.6
        search_result = search(validation, settings, seed=seed, progress=part_of(progress, 0.0, start))
    epochs = search_result.epochs if search_result else int(settings.most_epochs or 1)
    history = search_result.history if search_result else []
    members = [search_result.member] if search_result and search_result.share_held_out <= NEGLIGIBLE_SHARE else []
    first = len(members)
    for number in range(first, n_members):
        width = (1 - start) / (n_members - first)
        part = part_of(progress, start + width * (number - first), start + width * (number - first + 1))
        member, losses = _fit(matrix, settings, epochs, seed + number + 1, part)
        members.append(member)
        history = history or losses
    progress(1.0, f"{len(members)} members of {epochs} epochs")
    trained = concatenate_members(members, settings, epochs, history)
    return replace(trained, recency=search_result.recency if search_result else settings.recency or 0.0)


def concatenate_members(
    members: Sequence[Member], settings: DMFConfig, epochs: int, history: list[dict[str, JSON]]
) -> TrainedModel:
    """Return one model whose scores are the mean of the members'; with cosine its vectors have length 1."""
    width = int(settings.width or 1)
    vectors = np.concatenate([member.item_vectors[:, :width] for member in members], axis=1)
    vectors /= np.sqrt(np.float32(len(members))) if settings.cosine else np.float32(len(members))
    if settings.item_bias:
        mean = np.mean([member.item_vectors[:, width] for member in members], axis=0)
        vectors = np.concatenate([vectors, mean[:, None]], axis=1)
    lengths = np.stack([member.lengths for member in members], axis=1)
    return TrainedModel(
        UserTower.concatenated([member.user_tower for member in members]), vectors, lengths, epochs, history
    )


def _fit(
    matrix: CSR, settings: DMFConfig, epochs: int, seed: int, progress: Progress
) -> tuple[Member, list[dict[str, JSON]]]:
    """Return a member trained for `epochs`, and its losses."""
    trainer = Trainer(matrix, settings, seed=seed)
    losses: list[dict[str, JSON]] = []
    for epoch in range(1, epochs + 1):
        losses.append({"epoch": epoch, "loss": trainer.run_epoch()})
        progress(epoch / epochs, f"epoch {epoch} of {epochs}, loss {losses[-1]['loss']:.4f}")
    return trainer.to_numpy(), losses


def search(validation: Validation, settings: DMFConfig, *, seed: int, progress: Progress) -> SearchResult:
    """Return the number of epochs with the best NDCG@10 on validation items, and the member at that epoch."""
    trainer = Trainer(validation.train, settings, seed=seed)
    started = time.perf_counter()
    most = int(settings.most_epochs or 1)
    between = max(1, min(EPOCHS_BETWEEN_CHECKS, most // 8))
    history: list[dict[str, JSON]] = []
    figures: list[float] = []
    best_epoch, best, kept = 0, -1.0, None
    for epoch in range(1, most + 1):
        loss = trainer.run_epoch()
        progress(epoch / most, f"validation epoch {epoch}, loss {loss:.4f}")
        if epoch % between and epoch != most:
            continue
        member = trainer.to_numpy()
        figures.append(validation.ndcg(member.user_tower, member.item_vectors))
        seconds = round(time.perf_counter() - started, 2)
        history.append({"epoch": epoch, "loss": loss, "validation_ndcg": figures[-1], "seconds": seconds})
        recent = float(np.mean(figures[-CHECKS_AVERAGED:]))
        if recent > best:
            best_epoch, best, kept = epoch, recent, member
        elif epoch - best_epoch >= settings.patience * between:
            break
    held_out = len(validation.cases) / (validation.train.nnz + len(validation.cases))
    kept = kept or trainer.to_numpy()
    recency = settings.recency
    if recency is None:
        recency = best_recency(kept.user_tower, kept.item_vectors, validation)
    return SearchResult(best_epoch, kept, held_out, history, recency)
