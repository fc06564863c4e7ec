"""Lookup of raw ids in a memory-mapped array, without a Python object per id."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def encode(raw_ids: Sequence[str]) -> NDArray[np.bytes_]:
    """Return raw ids as UTF-8 bytes, S [n]. Raise ValueError for an empty or repeated id and one with NUL."""
    seen: set[str] = set()
    for raw_id in raw_ids:
        if not raw_id or "\0" in raw_id or raw_id in seen:
            raise ValueError(f"raw id {raw_id!r} is empty, repeated or holds a NUL character")
        seen.add(raw_id)
    encoded = [raw_id.encode() for raw_id in raw_ids]
    return np.array(encoded, dtype=f"S{max(map(len, encoded), default=1)}")


def sorting_order(raw_ids: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """Return the positions of n raw ids in byte order, int64 [n] (searchsorted copies other dtypes)."""
    return np.argsort(raw_ids, kind="stable").astype(np.int64)


def find(raw_ids: NDArray[np.bytes_], order: NDArray[np.int64], requested: Sequence[str]) -> NDArray[np.int32]:
    """Return the positions of k requested ids among n, int32 [k], -1 for unknown ones; `order` sorts the n ids."""
    width = raw_ids.dtype.itemsize
    encoded = [raw if len(raw := raw_id.encode(errors="replace")) <= width else b"" for raw_id in requested]
    keys = np.array(encoded, dtype=raw_ids.dtype)  # of the same width, because another one copies the table
    if not raw_ids.size:
        return np.full(keys.size, -1, np.int32)
    places = np.minimum(np.searchsorted(raw_ids, keys, sorter=order), raw_ids.size - 1)
    positions: NDArray[Any] = order[places]
    return np.where(raw_ids[positions] == keys, positions, -1).astype(np.int32)
