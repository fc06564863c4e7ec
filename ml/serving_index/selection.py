"""Selecting the largest of many numbers, the same way every time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def largest(scores: NDArray[np.floating[Any]], count: int) -> NDArray[np.int64]:
    """Return the positions of the `count` largest of n scores, best first; of equal scores the lower position first.

    int64 [min(count, n)]; linear in n, only the chosen ones are sorted. Scores must not be NaN.
    """
    count = min(count, scores.size)
    if count <= 0:
        return np.zeros(0, np.int64)
    if count == scores.size:
        chosen = np.arange(scores.size)
    else:
        edge = np.partition(scores, scores.size - count)[scores.size - count]
        above = np.flatnonzero(scores > edge)
        chosen = np.concatenate([above, np.flatnonzero(scores == edge)[: count - above.size]])
    return chosen[np.lexsort((chosen, -scores[chosen]))]


def descending(scores: NDArray[np.floating[Any]]) -> NDArray[np.int32]:
    """Return all n positions, highest score first, ties by lower position, int32 [n]."""
    return np.argsort(-scores, kind="stable").astype(np.int32)
