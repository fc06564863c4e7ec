"""Sums over the other or the earlier ratings of a user or an item.

They never include the rating itself, nor, among earlier ones, a simultaneous rating.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def sums_of_all(keys: NDArray[Any], values: NDArray[np.floating[Any]], n_keys: int) -> NDArray[np.float64]:
    """Return the sums of values [n, c] per key, float64 [n_keys, c]; keys: int [n], a row's user or item."""
    columns = [np.bincount(keys, column, n_keys) for column in np.asarray(values, np.float64).T]
    return np.stack(columns, axis=1)


def sums_of_others(keys: NDArray[Any], values: NDArray[np.floating[Any]], n_keys: int) -> NDArray[np.float64]:
    """Return for every row the sums of values [n, c] over the other rows of its key, float64 [n, c]."""
    return np.asarray(sums_of_all(keys, values, n_keys)[keys] - values, np.float64)


def sums_of_earlier(
    keys: NDArray[Any], values: NDArray[np.floating[Any]], timestamps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return for every row the sums of values [n, c] over rows of its key with a smaller timestamp, float64 [n, c]."""
    order = np.lexsort((timestamps, keys))
    sorted_keys, sorted_times = keys[order], timestamps[order]
    starts_key = np.append(True, np.diff(sorted_keys) != 0)
    starts_moment = starts_key | np.append(True, np.diff(sorted_times) != 0)
    positions = np.arange(order.size)
    key_start = np.maximum.accumulate(np.where(starts_key, positions, 0))
    moment_start = np.maximum.accumulate(np.where(starts_moment, positions, 0))
    running = np.zeros((order.size + 1, values.shape[1]))
    np.cumsum(values[order], axis=0, out=running[1:])
    sums = np.empty((order.size, values.shape[1]))
    sums[order] = running[moment_start] - running[key_start]
    return sums
