"""Copies: of products that say the same of themselves only the best known has a place in a rail, the others come last.

Whoever lists a bestseller's text ten times under other names would otherwise fill the rail beside it: a product nobody
has touched is known by its words alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.ranking.shopper import IntArray
from ml.serving_index import ServingIndex

SAME = 0.95
# With fewer different words two products may say the same by chance.
LEAST_TERMS = 8
LOOKED_AT, LOOKED_AT_IN_A_FLOOD = 40, 400


def copies(index: ServingIndex, items: IntArray, beside: IntArray) -> NDArray[np.int64]:
    """Return which of c items, best first, are copies: positions, int64, rising.

    The terms of a copy have a cosine of 0.95 or more with those of an item here, or beside, that is more popular (as
    popular: that comes first); what has fewer than 8 terms is none. The first 40 are looked at, and when there is a
    copy among them the first 400.
    """
    found = _copies(index, items[:LOOKED_AT], beside)
    if found.size and items.size > LOOKED_AT:
        found = _copies(index, items[:LOOKED_AT_IN_A_FLOOD], beside)
    return found


def _copies(index: ServingIndex, items: IntArray, beside: IntArray) -> NDArray[np.int64]:
    everything = np.concatenate([beside, items])
    rows = index.terms_of(everything)
    terms, columns = np.unique(rows.indices, return_inverse=True)
    dense = np.zeros((everything.size, terms.size), np.float32)
    dense[np.repeat(np.arange(everything.size), rows.lengths), columns] = rows.values
    alike = (dense @ dense.T >= SAME) & (rows.lengths >= LEAST_TERMS)
    known = index.popularity_of(everything)
    is_better = (known[None, :] > known[:, None]) | (
        (known[None, :] == known[:, None]) & np.tri(everything.size, k=-1, dtype=bool)
    )
    return np.flatnonzero((alike & is_better)[beside.size :].any(axis=1))
