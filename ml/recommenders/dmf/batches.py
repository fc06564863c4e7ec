"""Training batches from a CSR matrix, without any dense users x items matrix."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.interactions import CSR


@dataclass(frozen=True)
class Batch:
    """Rows of b users with e events, and c candidate items of the softmax.

    - `positions`: int64 [e, 2], (row in the batch, item), sorted; `scaled`: float32 [e], inputs divided by the square
      root of the row's count; `weights`: float32 [e], the targets;
    - `candidates`: int64 [c], item indices, sorted; `log_inclusion`: float32 [c], log of the probability that a step
      contains the candidate; `target_places`: int64 [e], position of each event's item among the candidates.
    """

    n_rows: int
    positions: NDArray[np.int64]
    scaled: NDArray[np.float32]
    weights: NDArray[np.float32]
    candidates: NDArray[np.int64]
    log_inclusion: NDArray[np.float32]
    target_places: NDArray[np.int64]


class BatchSource:
    """Shuffled batches of the users with events of csr [n_users, n_items]."""

    def __init__(
        self,
        matrix: CSR,
        *,
        batch_users: int,
        candidates: int | None,
        binary: bool,
        seed: int,
    ) -> None:
        self._matrix = matrix
        self._batch_users = batch_users
        self._binary = binary
        self._random = np.random.default_rng(seed)
        self._users = np.flatnonzero(np.diff(matrix.indptr))
        counts = np.bincount(matrix.indices, minlength=matrix.shape[1])
        self._known = np.flatnonzero(counts)
        self._sampled = min(candidates, self._known.size) if candidates else None
        # Probability that no user of a batch has the item, for users drawn with replacement.
        share = np.minimum(counts / max(self._users.size, 1), 1.0)
        self._absent = (1.0 - share) ** min(batch_users, max(self._users.size, 1))

    @property
    def steps_per_epoch(self) -> int:
        """Number of batches in one pass."""
        return -(-self._users.size // self._batch_users)

    def epoch(self) -> Iterator[Batch]:
        """Yield all users once, shuffled, in batches of even size: a small last batch would take a full step."""
        for users in np.array_split(self._random.permutation(self._users), max(self.steps_per_epoch, 1)):
            yield self._batch(users)

    def _batch(self, users: NDArray[np.int64]) -> Batch:
        rows = self._matrix[users]
        counts = np.diff(rows.indptr)
        items = rows.indices.astype(np.int64)
        weights = np.ones(items.size, np.float32) if self._binary else rows.data.astype(np.float32)
        row_of_event = np.repeat(np.arange(users.size), counts)
        candidates, log_inclusion = self._candidates(items)
        return Batch(
            n_rows=users.size,
            positions=np.stack([row_of_event, items], axis=1),
            scaled=weights / np.sqrt(np.repeat(counts, counts)).astype(np.float32),
            weights=weights,
            candidates=candidates,
            log_inclusion=log_inclusion,
            target_places=np.searchsorted(candidates, items),
        )

    def _candidates(self, positives: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return all known items, or the batch's own and a uniform sample, with their log inclusion probabilities."""
        if self._sampled is None:
            return self._known, np.zeros(self._known.size, np.float32)
        drawn = self._random.choice(self._known, self._sampled, replace=False, shuffle=False)
        candidates = np.union1d(positives, drawn)
        missed = (1.0 - self._sampled / self._known.size) * self._absent[candidates]
        return candidates, np.log1p(-np.minimum(missed, 1.0 - 1e-9)).astype(np.float32)
