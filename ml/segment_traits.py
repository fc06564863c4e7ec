"""What sets segments apart: the categories, products or words that one has more of than all together."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ml.interactions import CSR

# Of the counts compared: what single precision leaves uncertain must not decide an order.
DECIMALS = 6


class Trait(NamedTuple):
    """column: of the weights; share: of the segment's whole weight, 0 to 1."""

    column: int
    share: float


def distinctive_traits(weights: CSR, most: int, *, preference: NDArray[np.floating] | None = None) -> list[list[Trait]]:
    """Return for each of k segments up to `most` columns that set it apart, the strongest first.

    weights: float csr [k, c], >= 0, how much of each column a segment holds; preference: float [c], the higher first
    among equals, then the lower column. A column counts p ln(p / q), with its share p of the segment and q of all
    of them: its part of the relative entropy (Kullback and Leibler, "On Information and Sufficiency", 1951).
    Columns a segment has less of than all together are left out; one segment alone is told by its largest shares.
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
