"""Settings of DMF, and their derivation from the data (docs/experiments.md)."""

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
SAMPLED_CANDIDATES = 4096  # in addition to the items of the users of a step


@dataclass(frozen=True)
class DMFConfig:
    """Settings of DMF. `resolved` derives those that are None from the data.

    - `width`: units of the towers; `members`: size of the ensemble, trained from different seeds and concatenated;
    - `cosine`: unit vectors and a temperature instead of a dot product;
    - `shared`: an item's vector is the sum of its embedding and its row of the user tower's first layer;
    - `item_bias`: add a bias per item to the scores, so that popularity needs no dimension;
    - `input_dropout`: share of a row's items dropped in a training step;
    - `column_tower`: add the output of the column tower to the item embeddings;
    - `candidates`: items in the softmax of a step; None: all items of a small catalogue;
    - `recency`: weight of the items' recency (ml/item_recency.py) in the scores; None: chosen on validation items, 0
      without any;
    - `binary`: every item counts once, without event weights; `batch_users`: most users in a step;
    - `most_epochs`: most passes over the users; `patience`: checks without improvement before the search stops;
    - `validate`: search for the number of epochs on validation items.
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
        """Return complete settings for interactions, csr [n_users, n_items]."""
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
        missing = {name: value for name, value in derived.items() if getattr(self, name) is None}
        return replace(self, cosine=cosine, batch_users=batch, **missing)  # type: ignore[arg-type]  # by name
