"""Scores of items without interactions at the fit: below those of all others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def put_unknown_last(scores: NDArray[np.float32], is_known: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return scores, float32 [b, n_items], with those of unknown items one below the row's lowest known score.

    is_known: bool [n_items], at least one True.
    """
    if not is_known.all():
        scores[:, ~is_known] = scores[:, is_known].min(axis=1, keepdims=True) - 1.0
    return scores
