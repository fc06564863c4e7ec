"""Top-k selection with a deterministic order of ties."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def top_k(scores: NDArray[np.floating[Any]], k: int) -> NDArray[np.int64]:
    """Return the positions of the k largest of n scores, best first; of equal scores the lower position first.

    int64 [min(k, n)]; linear in n, only the chosen ones are sorted. Scores must not be NaN.
    """
    k = min(k, scores.size)
    if k <= 0:
        return np.zeros(0, np.int64)
    if k == scores.size:
        chosen = np.arange(scores.size)
    else:
        edge = np.partition(scores, scores.size - k)[scores.size - k]
        above = np.flatnonzero(scores > edge)
        chosen = np.concatenate([above, np.flatnonzero(scores == edge)[: k - above.size]])
    return chosen[np.lexsort((chosen, -scores[chosen]))]


def descending(scores: NDArray[np.floating[Any]]) -> NDArray[np.int32]:
    """Return all n positions, highest score first, ties by lower position, int32 [n]."""
    return np.argsort(-scores, kind="stable").astype(np.int32)
