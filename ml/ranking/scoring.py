"""The composite score: weight x part, summed over cosine, popularity, category and keyword."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.ranking.shopper import IntArray
from ml.ranking.taste import Taste
from ml.serving_index import Moment, ServingIndex


def score_parts(
    index: ServingIndex, taste: Taste, items: IntArray, moment: Moment | None = None
) -> NDArray[np.float64]:
    """Return the parts of c candidates, each in [0, 1], float64 [c, 4]: cosine, popularity, category, keyword.

    cosine: item vector x taste vector; category: CategoryTree.affinities; keyword: term row x taste's terms. Of these
    three negative values count as 0 and the largest among the candidates becomes 1. Popularity is the index's own, in
    season (see `in_season`).
    """
    return np.column_stack(
        [
            scaled(index.cosines_of(items, taste.vector)),
            in_season(index, items, index.popularity_of(items), moment),
            scaled(index.categories.affinities(taste.node_weights, index.categories_of(items))),
            scaled(index.terms_of(items).dot(taste.term_column(index.terms.n_terms))),
        ]
    ).astype(np.float64, copy=False)


def in_season(
    index: ServingIndex, items: IntArray, values: NDArray[np.floating[Any]], moment: Moment | None
) -> NDArray[np.float64]:
    """Return the values of c items, in [0, 1], times how much their categories are in demand at a moment, float64 [c].

    Where one passes 1, all are divided by the largest, so that the order among the first is kept. Moment None: no
    change.
    """
    if moment is None:
        return values.astype(np.float64)
    raised = values.astype(np.float64) * index.seasons.factors(index.categories_of(items), moment)
    return raised / max(float(raised.max(initial=0.0)), 1.0)


def scaled(raw: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return c raw values with negative ones as 0, divided by the largest (all 0 when none is above 0), float64 [c]."""
    positive: NDArray[np.float64] = np.maximum(raw, 0.0).astype(np.float64)
    top = positive.max(initial=0.0)
    if top > 0:
        positive /= top
    return positive
