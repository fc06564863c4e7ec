"""Settings of DMF, and the rule that derives them from the data where they are left open (docs/experiments.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ml.interactions import CSR

DENSE_FROM = 0.01  # share of the users x items cells that are filled
MOST_EVENTS_FOR_COLUMNS = 20_000
MOST_ITEMS_FOR_FULL_SOFTMAX = 20_000
FEWEST_STEPS = 300


@dataclass(frozen=True)
class DMFConfig:
    """What may be set; None: derived from the data by `resolved`.

    width: units of the towers and length d of vectors. cosine: unit vectors and a temperature instead of a plain dot
    product. input_dropout: share of a row's items hidden in a training step. column_tower: add the items' columns to
    their free vectors. candidates: items in the softmax of a step; None for all of a catalogue that is small enough.
    binary: an item counts once however strong its events are. most_epochs, patience: passes over the users at most,
    and without a better validation figure.
    """

    width: int = 256
    cosine: bool | None = None
    temperature: float = 0.25
    input_dropout: float | None = None
    column_tower: bool | None = None
    candidates: int | None = None
    binary: bool = True
    learning_rate: float = 2e-3
    batch_users: int | None = None
    most_epochs: int | None = None
    patience: int = 3
    validate: bool = True

    def resolved(self, matrix: CSR) -> DMFConfig:
        """Return the settings with nothing left open, for interactions as csr [n_users, n_items]."""
        n_users, n_items = matrix.shape
        active = int(np.count_nonzero(np.diff(matrix.indptr)))
        is_dense = matrix.nnz >= DENSE_FROM * max(n_users * n_items, 1) and matrix.nnz > 10 * n_items
        batch = self.batch_users or int(np.clip(active // 8, 1, 256))
        epochs = max(100 if is_dense else 60, -(-FEWEST_STEPS * batch // max(active, 1)))
        sampled = 8192 if n_items > MOST_ITEMS_FOR_FULL_SOFTMAX else None
        return replace(
            self,
            cosine=not is_dense if self.cosine is None else self.cosine,
            input_dropout=(0.3 if is_dense else 0.8) if self.input_dropout is None else self.input_dropout,
            column_tower=matrix.nnz <= MOST_EVENTS_FOR_COLUMNS if self.column_tower is None else self.column_tower,
            candidates=self.candidates or sampled,
            batch_users=batch,
            most_epochs=self.most_epochs or epochs,
        )
