"""Personal scores of given products, to reorder a list made elsewhere, such as search results."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.ranking.scoring import NO_FACTORS, Factors, Weights, score_parts
from ml.ranking.shopper import ShopperState, query_of_shopper
from ml.serving_index import Moment, ServingIndex


def score_items(
    index: ServingIndex,
    state: ShopperState,
    weights: Weights,
    items: NDArray[np.integer[Any]],
    *,
    factors: Factors = NO_FACTORS,
    moment: Moment | None = None,
) -> NDArray[np.float64] | None:
    """Return the composite scores of k items, float64 [k] >= 0; None for a shopper without any known preference.

    Parts are scaled among these items; `factors` and `moment` as in `rank_for_you`. Unknown items (-1) and excluded
    ones get 0. Raise ValueError for a vector of another length.
    """
    state = state.known_to(index)
    hints = (state.recent, state.term_weights[0], state.liked_categories[0])
    if state.vector is None and not any(hint.size for hint in hints):
        return None
    scores = np.zeros(items.size)
    scored = np.flatnonzero((items >= 0) & (items < index.n_items) & ~np.isin(items, state.excluded))
    query = query_of_shopper(index, state)
    chosen = items[scored].astype(np.int32)
    scores[scored] = score_parts(index, query, chosen, moment) @ weights.as_array() * factors.of(index, chosen)
    return scores
