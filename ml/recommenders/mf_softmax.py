"""Matrix factorisation trained by softmax cross entropy over the catalogue, with an embedding per user and per item.

The score is a dot product. The loss of an event is -log softmax of its item's score among all items that occur, plus an
L2 penalty; its gradient has a closed form, so that NumPy and Adam (Kingma & Ba, ICLR 2015) suffice. DMF differs in
computing the user's vector from the row. No fold-in.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from ml.artifact import JSON, Artifact
from ml.evaluation import evaluate_ranking, sample_negatives
from ml.interactions import CSR, Interactions
from ml.recommenders.base import FittedRecommender, Progress, Recommender, RecommenderError
from ml.recommenders.embeddings import FittedEmbeddings
from ml.splits import leave_one_out

INITIAL_SPREAD = 0.1
MOST_SCORES_PER_STEP = 4_000_000  # users x items of one batch, float32: 16 MB
LEAST_STEPS = 8  # of an epoch, if there are as many users
MOST_USERS_CHECKED = 2000
EPOCHS_BETWEEN_CHECKS = 5
SEARCH_SHARE = 0.6  # of the progress


@dataclass(frozen=True)
class MFSoftmaxConfig:
    """Settings of the factorisation.

    - `dimensions`: length d of the vectors; `penalty`: of half the squared length of a user's and an item's vector,
      relative to the mean loss of an event;
    - `epochs`: passes over the users; None: the best number on one held-out item per user, at most `most_epochs`, with
      a stop after `patience` checks without improvement.
    """

    dimensions: int = 128
    learning_rate: float = 0.01
    penalty: float = 0.01
    batch_users: int = 256
    epochs: int | None = None
    most_epochs: int = 100
    patience: int = 3

    def __post_init__(self) -> None:
        counts = (self.dimensions, self.batch_users, self.most_epochs, self.patience, self.epochs or 1)
        if min(counts) < 1 or self.epochs == 0 or not (self.learning_rate > 0 and self.penalty >= 0):
            raise RecommenderError(f"expected whole numbers >= 1, learning_rate > 0 and penalty >= 0, got {self}")


@dataclass(frozen=True, eq=False)
class FittedMFSoftmax(FittedEmbeddings):
    """epochs: number of passes over the users."""

    name = "mf_softmax"
    epochs: int = 0

    def metadata(self) -> dict[str, JSON]:
        return {"epochs": self.epochs}

    @classmethod
    def from_artifact(cls, artifact: Artifact) -> Self:
        return replace(super().from_artifact(artifact), epochs=cast(int, artifact.metadata["epochs"]))


class MFSoftmax(Recommender):
    """DMF without its towers."""

    name = "mf_softmax"
    supports_fold_in = False

    def __init__(self, config: MFSoftmaxConfig | None = None) -> None:
        self.config = config or MFSoftmaxConfig()

    def with_settings_of(self, fitted: FittedRecommender) -> Recommender:
        """Return one with the number of passes of `fitted`, without a search."""
        return MFSoftmax(replace(self.config, epochs=fitted.epochs)) if isinstance(fitted, FittedMFSoftmax) else self

    def _fit(self, interactions: Interactions, *, seed: int, progress: Progress) -> FittedMFSoftmax:
        epochs, share = self.config.epochs, 0.0
        if epochs is None:
            share = SEARCH_SHARE
            epochs = _best_epochs(interactions, self.config, seed, lambda done, text: progress(share * done, text))
        trainer = Trainer(interactions.to_csr(), self.config, seed=seed)
        for epoch in range(1, epochs + 1):
            loss = trainer.run_epoch()
            progress(share + (1 - share) * epoch / epochs, f"epoch {epoch} of {epochs}, loss {loss:.4f}")
        return trainer.fitted()


class Trainer:
    """Vectors of the users and items that occur, with Adam's moments, updated by batches of users."""

    def __init__(self, matrix: CSR, config: MFSoftmaxConfig, *, seed: int) -> None:
        self._random = np.random.default_rng(seed)
        self._config = config
        self._shape = matrix.shape
        self._users = np.flatnonzero(np.diff(matrix.indptr))
        self._items = np.unique(matrix.indices)
        self._rows = matrix[self._users][:, self._items]
        self._mean_events = self._rows.nnz / self._users.size
        self._of_users = Adam(self._start(self._users.size), config.learning_rate)
        self._of_items = Adam(self._start(self._items.size), config.learning_rate)
        most = max(MOST_SCORES_PER_STEP // self._items.size, 1)
        steps = -(-self._users.size // min(config.batch_users, most))
        self._steps = max(steps, min(LEAST_STEPS, self._users.size))
        self._epochs = self._taken = 0

    def _start(self, n_vectors: int) -> NDArray[np.float32]:
        spread = np.float32(INITIAL_SPREAD / np.sqrt(self._config.dimensions))
        return spread * self._random.standard_normal((n_vectors, self._config.dimensions), dtype=np.float32)

    def run_epoch(self) -> float:
        """Pass over all users once, in shuffled batches of even size; return the mean loss of an event."""
        self._epochs += 1
        order = self._random.permutation(self._users.size)
        return sum(self._step(np.sort(batch)) for batch in np.array_split(order, self._steps)) / self._rows.nnz

    def _step(self, users: NDArray[np.int64]) -> float:
        """Update the vectors of these users, int [b], and of all items; return the summed loss of the users' events."""
        rows, vectors, items = self._rows[users], self._of_users.values[users], self._of_items.values
        counts = np.diff(rows.indptr)
        event_rows = np.repeat(np.arange(users.size), counts)
        scores = vectors @ items.T
        scores -= scores.max(axis=1, keepdims=True)
        of_events = scores[event_rows, rows.indices]
        np.exp(scores, out=scores)
        totals = scores.sum(axis=1)
        loss = float(np.log(totals) @ counts - of_events.sum())
        scores *= (counts / totals).astype(np.float32)[:, None]
        scores[event_rows, rows.indices] -= 1.0
        scores /= np.float32(users.size * self._mean_events)
        penalty = np.float32(self._config.penalty)
        to_users = scores @ items + penalty / users.size * vectors
        to_items = scores.T @ vectors + penalty / self._items.size * items
        self._of_users.move(users, to_users, self._epochs)
        self._taken += 1
        self._of_items.move(slice(None), to_items, self._taken)
        return loss

    def fitted(self) -> FittedMFSoftmax:
        """Return the current vectors; zero for users and items that do not occur."""
        user_vectors = np.zeros((self._shape[0], self._config.dimensions), np.float32)
        item_vectors = np.zeros((self._shape[1], self._config.dimensions), np.float32)
        is_known = np.zeros(self._shape[1], np.bool_)
        user_vectors[self._users], item_vectors[self._items] = self._of_users.values, self._of_items.values
        is_known[self._items] = True
        return FittedMFSoftmax(user_vectors, item_vectors, is_known, self._epochs)


class Adam:
    """Adam optimiser of values, float32 [n, d]; beta .9 and .999."""

    def __init__(self, values: NDArray[np.float32], learning_rate: float) -> None:
        self.values = values
        self._first, self._second = np.zeros_like(values), np.zeros_like(values)
        self._learning_rate = learning_rate

    def move(self, where: NDArray[np.int64] | slice, gradient: NDArray[np.float32], step: int) -> None:
        """Take a step for the values at `where`, float32 [b, d]; step: their number of steps, from 1."""
        self._first[where] += 0.1 * (gradient - self._first[where])
        self._second[where] += 0.001 * (gradient * gradient - self._second[where])
        first, second = self._first[where] / (1 - 0.9**step), self._second[where] / (1 - 0.999**step)
        self.values[where] -= self._learning_rate * first / (np.sqrt(second) + 1e-8)


def _best_epochs(interactions: Interactions, config: MFSoftmaxConfig, seed: int, progress: Progress) -> int:
    """Return the number of passes with the best NDCG@10 of one held-out item per user among 99."""
    split = leave_one_out(replace(interactions, timestamps=None), seed=seed)
    if not len(split.test):
        return config.most_epochs
    cases = sample_negatives(split.train, split.test.select(np.arange(min(len(split.test), MOST_USERS_CHECKED))))
    trainer = Trainer(split.train.to_csr(), config, seed=seed)
    best_epochs, best = config.most_epochs, -1.0
    for epoch in range(1, config.most_epochs + 1):
        loss = trainer.run_epoch()
        progress(epoch / config.most_epochs, f"validation epoch {epoch}, loss {loss:.4f}")
        if epoch % EPOCHS_BETWEEN_CHECKS:
            continue
        figure = evaluate_ranking(trainer.fitted(), split.train, cases).summary()["ndcg_at_10"]
        if figure > best:
            best_epochs, best = epoch, figure
        elif epoch - best_epochs >= config.patience * EPOCHS_BETWEEN_CHECKS:
            break
    return best_epochs
