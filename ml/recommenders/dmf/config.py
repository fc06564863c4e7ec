"""Settings of DMF, and the rule that derives them from the data where they are left open (docs/experiments.md)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ml.interactions import CSR

ITEM_BIAS_FROM, DOT_PRODUCT_FROM = 3, 80  # events per user
EVENTS_PER_KEPT_SHARE = 125
MOST_EVENTS_FOR_COLUMNS = 20_000
MOST_ITEMS_FOR_FULL_SOFTMAX = 10_000
MOST_ITEMS_FOR_FULL_WIDTH = 50_000
FEWEST_EVENTS_FOR_MEMBERS = 2_000
FEWEST_STEPS, MOST_STEPS = 190, 2_500
SAMPLED_CANDIDATES = 4096  # beside those that the users of a step touched


@dataclass(frozen=True)
class DMFConfig:
    """What may be set; None: derived from the data by `resolved`.

    width: units of the towers. members: towers trained from different seeds and put side by side. cosine: unit vectors
    and a temperature instead of a plain dot product. item_bias: a number per item is added to its scores, so that
    popularity needs no direction of its own. shared: an item's vector is the sum of its free vector and its row of the
    user tower's first layer. input_dropout: share of a row's items hidden in a training step. column_tower: add the
    items' columns to their free vectors. candidates: items in the softmax of a step; None for all of a catalogue that
    is small enough. recency: what the items' recency (ml/item_recency.py) weighs in the scores; None: found on
    validation items, 0 without any. binary: an item counts once however strong its events are. batch_users: most users
    in a step. most_epochs, patience: passes over the users at most, and checks without a better validation figure.
    """

    width: int | None = None
    members: int | None = None
    cosine: bool | None = None
    shared: bool | None = None
    temperature: float | None = None
    item_bias: bool | None = None
    input_dropout: float | None = None
    column_tower: bool | None = None
    candidates: int | None = None
    recency: float | None = None
    binary: bool = True
    learning_rate: float | None = None
    batch_users: int | None = None
    most_epochs: int | None = None
    patience: int = 3
    validate: bool = True

    def resolved(self, matrix: CSR) -> DMFConfig:
        """Return the settings with nothing left open, for interactions as csr [n_users, n_items]."""
        active = max(int(np.count_nonzero(np.diff(matrix.indptr))), 1)
        n_items = matrix.shape[1]
        events = matrix.nnz / active
        cosine = events < DOT_PRODUCT_FROM if self.cosine is None else self.cosine
        kept = float(np.clip(events / EVENTS_PER_KEPT_SHARE, 0.3, 0.6))
        is_large = n_items > MOST_ITEMS_FOR_FULL_WIDTH
        batch = self.batch_users or int(np.clip(active // 6, 1, 300 if active < 20_000 else 2048))
        epochs = min(32 if cosine else 100, max(1, MOST_STEPS * batch // active))
        epochs = max(epochs, -(-FEWEST_STEPS * batch // active))
        derived = {
            "width": 128 if cosine or is_large else 256,
            "members": 1 if is_large or matrix.nnz < FEWEST_EVENTS_FOR_MEMBERS else 2,
            "shared": cosine,
            "item_bias": cosine and events >= ITEM_BIAS_FROM,
            "temperature": float(np.clip(1 / np.sqrt(max(events, 1)), 0.1, 0.4)) if cosine else 1.0,
            "input_dropout": 1 - kept,
            "column_tower": matrix.nnz <= MOST_EVENTS_FOR_COLUMNS,
            "learning_rate": 6e-3 if cosine else 1e-3,
            "candidates": SAMPLED_CANDIDATES if n_items > MOST_ITEMS_FOR_FULL_SOFTMAX else None,
            "most_epochs": epochs,
        }
        left_open = {name: value for name, value in derived.items() if getattr(self, name) is None}
        return replace(self, cosine=cosine, batch_users=batch, **left_open)  # type: ignore[arg-type]  # by name
