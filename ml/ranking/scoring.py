"""The composite score: weight x part, summed over cosine, popularity, category and keyword."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.ranking.query import Query
from ml.ranking.shopper import IntArray
from ml.serving_index import Moment, ServingIndex


def score_parts(
    index: ServingIndex, query: Query, items: IntArray, moment: Moment | None = None
) -> NDArray[np.float64]:
    """Return the parts of c candidates, each in [0, 1], float64 [c, 4]: cosine, popularity, category, keyword.

    cosine: item vector x query vector; category: CategoryTree.affinities; keyword: term row x query's terms. Of these
    three negative values count as 0 and the largest among the candidates becomes 1. Popularity is the index's own, in
    season (see `popularity_in_season`).
    """
    return np.column_stack(
        [
            scaled(index.cosines_of(items, query.vector)),
            popularity_in_season(index, items, moment),
            scaled(index.categories.affinities(query.node_weights, index.categories_of(items))),
            scaled(index.terms_of(items).dot(query.term_column(index.terms.n_terms))),
        ]
    ).astype(np.float64, copy=False)


def popularity_in_season(index: ServingIndex, items: IntArray, moment: Moment | None) -> NDArray[np.float64]:
    """Return the popularity of c items at a moment, float64 [c] in [0, 1]; None: whenever.

    What popularity counts is multiplied by how much the item's category is in demand: as popularity p is the logarithm
    ln(1 + count) / scale, it becomes ln(1 + factor x (exp(p x scale) - 1)) / scale.
    """
    popularity = index.popularity_of(items).astype(np.float64)
    if moment is None:
        return popularity
    scale = index.seasons.popularity_scale
    factors = index.seasons.factors(index.categories_of(items), moment)
    return _within_1(np.log1p(factors * np.expm1(popularity * scale)) / scale)


def trending_in_season(index: ServingIndex, items: IntArray, moment: Moment | None) -> NDArray[np.float64]:
    """Return how much c items trend, times how much their categories are in demand at a moment, float64 [c] in [0, 1];
    None: whenever."""
    trending = index.trending_of(items).astype(np.float64)
    if moment is None:
        return trending
    return _within_1(trending * index.seasons.factors(index.categories_of(items), moment))


def _within_1(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values >= 0, divided by the largest where that passes 1, so that the order among the first is kept."""
    return values / max(float(values.max(initial=0.0)), 1.0)


def scaled(raw: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return c raw values with negative ones as 0, divided by the largest (all 0 when none is above 0), float64 [c]."""
    positive: NDArray[np.float64] = np.maximum(raw, 0.0).astype(np.float64)
    top = positive.max(initial=0.0)
    if top > 0:
        positive /= top
    return positive
