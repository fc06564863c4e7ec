"""Distinctive traits of segments: categories, products or words over-represented in one of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.interactions import CSR

# Rounding of the compared values, so that errors of single precision decide no order.
DECIMALS = 6


class Trait(NamedTuple):
    """A column of the weights, and its share of the segment's whole weight, 0 to 1."""

    column: int
    share: float


def distinctive_traits(weights: CSR, most: int, *, preference: NDArray[np.floating] | None = None) -> list[list[Trait]]:
    """Return up to `most` distinctive columns of each of k segments, the strongest first.

    - `weights`: float csr [k, c], >= 0, amount of each column in a segment;
    - `preference`: float [c], decides ties, the higher first, then the lower column.

    The strength of a column is p ln(p / q), with its share p of the segment and q of all segments: its part of the
    relative entropy (Kullback and Leibler, "On Information and Sufficiency", 1951). Under-represented columns are left
    out; a single segment has its largest shares.
    """
    columns = np.zeros(weights.shape[1]) if preference is None else preference
    totals = np.asarray(weights.sum(axis=0), dtype=np.float64).ravel()
    traits = []
    for segment in range(weights.shape[0]):
        row = slice(weights.indptr[segment], weights.indptr[segment + 1])
        kept = weights.data[row] > 0
        held, values = weights.indices[row][kept], weights.data[row][kept].astype(np.float64)
        share, overall = values / values.sum(), totals[held] / totals.sum()
        counts = np.round(share * np.log(share / overall), DECIMALS)
        order = np.lexsort((held, -columns[held], -share, -counts))
        chosen = order[counts[order] >= 0][:most]
        traits.append([Trait(int(held[at]), float(share[at])) for at in chosen])
    return traits
