"""Near-duplicates: of products with nearly the same text only the most popular keeps its place in a rail.

Without this, a seller who lists a bestseller's text ten times would fill the rail beside it, because a product without
interactions is placed by its words alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.ranking.shopper import IntArray
from ml.serving_index import ServingIndex

MIN_COSINE = 0.95
MIN_TERMS = 8  # with fewer different words two texts may agree by chance
ITEMS_CHECKED, ITEMS_CHECKED_AFTER_A_FIND = 40, 400


def near_duplicates(index: ServingIndex, items: IntArray, beside: IntArray) -> NDArray[np.int64]:
    """Return the positions of the near-duplicates among c items, best first, int64, ascending.

    A near-duplicate has at least 8 terms, whose cosine with those of a more popular item (of equally popular ones: the
    earlier) among these items or `beside` is 0.95 or more. The first 40 items are checked, and the first 400 when a
    near-duplicate is among them.
    """
    found = _near_duplicates(index, items[:ITEMS_CHECKED], beside)
    if found.size and items.size > ITEMS_CHECKED:
        found = _near_duplicates(index, items[:ITEMS_CHECKED_AFTER_A_FIND], beside)
    return found


def _near_duplicates(index: ServingIndex, items: IntArray, beside: IntArray) -> NDArray[np.int64]:
    everything = np.concatenate([beside, items])
    rows = index.terms_of(everything)
    terms, columns = np.unique(rows.indices, return_inverse=True)
    dense = np.zeros((everything.size, terms.size), np.float32)
    dense[np.repeat(np.arange(everything.size), rows.lengths), columns] = rows.values
    alike = (dense @ dense.T >= MIN_COSINE) & (rows.lengths >= MIN_TERMS)
    popularity = index.popularity_of(everything)
    is_better = (popularity[None, :] > popularity[:, None]) | (
        (popularity[None, :] == popularity[:, None]) & np.tri(everything.size, k=-1, dtype=bool)
    )
    return np.flatnonzero((alike & is_better)[beside.size :].any(axis=1))
