"""DMF's training step in NumPy, for fine-tuning with few steps, without the start-up costs of TensorFlow.

The loss is that of ml.recommenders.dmf.training. Only the rows of the items in a step are updated, with Adam's moments
of these rows (Kingma & Ba, ICLR 2015, algorithm 1), so that the rest of the catalogue costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ml.interactions import CSR
from ml.recommenders.dmf.batches import Batch, BatchSource
from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.training import Member
from ml.user_tower import SMALLEST_LENGTH, UserTower

FIRST_DECAY, SECOND_DECAY, SMALLEST_DIVISOR = 0.9, 0.999, 1e-7
ROWS_PER_BLOCK = 256  # updated at once, so that they stay in the processor's cache


@dataclass(eq=False)
class MemberWeights:
    """Weights of a member: kernel: float32 [n_items, width] and bias: [width] of the user tower, item embeddings free:
    float32 [n_items, width], and item_bias: float32 [n_items], of the scores in training."""

    kernel: NDArray[np.float32]
    bias: NDArray[np.float32]
    free: NDArray[np.float32]
    item_bias: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class _ForwardPass:
    """Forward pass of a step: scaled rows, csr [b, c]; output of the user tower before normalisation, float32 [b, w],
    its lengths [b, 1], and after it [b, w]; lengths [c, 1] and normalised vectors [c, w] of the items."""

    rows: CSR
    hidden: NDArray[np.float32]
    lengths: NDArray[np.float32]
    users: NDArray[np.float32]
    item_lengths: NDArray[np.float32]
    items: NDArray[np.float32]


class WarmTrainer:
    """Trainer of one member's weights, which it changes in place.

    matrix: csr [n_users, n_items]; settings: resolved, without a column tower.
    """

    def __init__(self, weights: MemberWeights, settings: DMFConfig, matrix: CSR, *, seed: int) -> None:
        self.weights = weights
        self._settings = settings
        self._is_unit = bool(settings.cosine)
        self._temperature = np.float32(settings.temperature or 1.0) if settings.cosine else np.float32(1.0)
        self._random = np.random.default_rng(seed)
        self._mean_events = matrix.nnz / max(int(np.count_nonzero(np.diff(matrix.indptr))), 1)
        self._source = BatchSource(
            matrix,
            batch_users=int(settings.batch_users or 1),
            candidates=settings.candidates,
            binary=settings.binary,
            seed=seed,
        )
        self._n_steps = 0
        self._moments: dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]] = {}

    def run_epoch(self) -> float:
        """Pass over all users of the source once; return the mean loss."""
        return float(np.mean([self._step(batch) for batch in self._source.epoch()]))

    def to_member(self) -> Member:
        """Return the current member."""
        weights, settings = self.weights, self._settings
        vectors = weights.free + weights.kernel if settings.shared else weights.free
        lengths = np.linalg.norm(vectors, axis=1) if self._is_unit else np.ones(len(vectors), np.float32)
        if self._is_unit:
            vectors = vectors / np.maximum(lengths, SMALLEST_LENGTH)[:, None]
        if settings.item_bias:
            vectors = np.concatenate([vectors, weights.item_bias[:, None] * self._temperature], axis=1)
        tower = UserTower(
            (weights.kernel,), (weights.bias,), settings.binary, True, self._is_unit, constant=bool(settings.item_bias)
        )
        return Member(tower, vectors, lengths)

    def _step(self, batch: Batch) -> float:
        at = self._forward(batch)
        loss, score_gradient = self._loss(batch, at)
        self._n_steps += 1
        of_items, of_users = score_gradient.T @ (at.users / self._temperature), score_gradient @ at.items
        if self._is_unit:
            _backpropagate_normalisation(of_items, at.items, at.item_lengths)
            _backpropagate_normalisation(of_users, at.users, at.lengths)
        of_users *= (1.0 - at.hidden**2) / self._temperature
        of_kernel = np.asarray(at.rows.T @ of_users, np.float32)
        items = batch.candidates
        self._update("free", of_items, items)
        self._update("kernel", of_kernel + of_items if self._settings.shared else of_kernel, items)
        self._update("bias", of_users.sum(axis=0), np.arange(of_users.shape[1]))
        if self._settings.item_bias:
            self._update("item_bias", score_gradient.sum(axis=0), items)
        return loss

    def _forward(self, batch: Batch) -> _ForwardPass:
        kept = 1.0 - np.float32(self._settings.input_dropout or 0.0)
        values = batch.scaled * (self._random.random(batch.scaled.size, np.float32) < kept) / kept
        places = batch.positions[:, 0], batch.target_places
        rows: CSR = sparse.csr_array((values, places), shape=(batch.n_rows, batch.candidates.size))
        kernel = self.weights.kernel[batch.candidates]
        hidden = np.tanh(np.asarray(rows @ kernel, np.float32) + self.weights.bias)
        sums = self.weights.free[batch.candidates]
        if self._settings.shared:
            sums += kernel
        lengths, item_lengths = (np.ones((len(side), 1), np.float32) for side in (hidden, sums))
        if self._is_unit:
            lengths, item_lengths = _lengths(hidden), _lengths(sums)
        sums /= item_lengths
        return _ForwardPass(rows, hidden, lengths, hidden / lengths, item_lengths, sums)

    def _loss(self, batch: Batch, at: _ForwardPass) -> tuple[float, NDArray[np.float32]]:
        """Return the loss, and its gradient by the scores, float32 [b, c]."""
        scores = (at.users / self._temperature) @ at.items.T
        scores += self.weights.item_bias[batch.candidates] - batch.log_inclusion
        rows, places = batch.positions[:, 0], batch.target_places
        of_event = scores[rows, places] + batch.log_inclusion[places]
        most = scores.max(axis=1, keepdims=True)
        chances = np.exp(np.subtract(scores, most, out=scores), out=scores)
        sums = chances.sum(axis=1, keepdims=True)
        total = (np.log(sums) + most)[:, 0]
        divisor = np.float32(batch.n_rows * self._mean_events)
        loss = float(np.sum(batch.weights * (total[rows] - of_event))) / float(divisor)
        of_row = np.bincount(rows, batch.weights, batch.n_rows).astype(np.float32)[:, None]
        chances *= of_row / (sums * divisor)
        chances[rows, places] -= batch.weights / divisor
        return loss, chances

    def _update(self, name: str, gradient: NDArray[np.float32], rows: NDArray[np.int64]) -> None:
        """Take one step of Adam with these rows of the named weights."""
        values = getattr(self.weights, name)
        if name not in self._moments:
            self._moments[name] = np.zeros_like(values), np.zeros_like(values)
        first, second = self._moments[name]
        rate = float(self._settings.learning_rate or 0.0) * np.sqrt(1 - SECOND_DECAY**self._n_steps)
        rate /= 1 - FIRST_DECAY**self._n_steps
        for start in range(0, rows.size, ROWS_PER_BLOCK):
            block, block_gradient = rows[start : start + ROWS_PER_BLOCK], gradient[start : start + ROWS_PER_BLOCK]
            step = FIRST_DECAY * first[block]
            step += np.float32(1 - FIRST_DECAY) * block_gradient
            first[block] = step
            divisor = SECOND_DECAY * second[block]
            divisor += np.float32(1 - SECOND_DECAY) * block_gradient**2
            second[block] = divisor
            np.sqrt(divisor, out=divisor)
            divisor += SMALLEST_DIVISOR
            step /= divisor
            step *= np.float32(rate)
            values[block] -= step


def _lengths(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the lengths of vectors, float32 [n, 1], at least SMALLEST_LENGTH."""
    lengths = np.asarray(np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)
    return np.maximum(lengths, np.float32(SMALLEST_LENGTH))


def _backpropagate_normalisation(
    gradient: NDArray[np.float32], unit: NDArray[np.float32], lengths: NDArray[np.float32]
) -> None:
    """Turn, in place, the gradient by n normalised vectors, [n, w], into that by the vectors before normalisation."""
    gradient -= unit * np.einsum("nw,nw->n", unit, gradient)[:, None]
    gradient /= lengths
