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
    """Return the parts of c candidates, float64 [c, 4] in [0, 1], by the columns of `ml.ranking.results`.

    - cosine: item vector x query vector; category: `CategoryTree.affinities`; keyword: term row x query terms. Each is
      clipped at 0 and divided by the largest among the candidates;
    - popularity: see `popularity_in_season`.
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
    """Return the popularity of c items at a moment, float64 [c] in [0, 1]; None: without seasons.

    The season's factor of the item's category multiplies the count behind popularity p = ln(1 + count) / scale, which
    becomes ln(1 + factor x (exp(p x scale) - 1)) / scale.
    """
    popularity = index.popularity_of(items).astype(np.float64)
    if moment is None:
        return popularity
    scale = index.seasons.popularity_scale
    factors = index.seasons.factors(index.categories_of(items), moment)
    return _within_1(np.log1p(factors * np.expm1(popularity * scale)) / scale)


def trending_in_season(index: ServingIndex, items: IntArray, moment: Moment | None) -> NDArray[np.float64]:
    """Return the trending scores of c items times their categories' factors at a moment, float64 [c] in [0, 1];
    None: without seasons."""
    trending = index.trending_of(items).astype(np.float64)
    if moment is None:
        return trending
    return _within_1(trending * index.seasons.factors(index.categories_of(items), moment))


def _within_1(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values >= 0, divided by the largest if that is above 1, which keeps their order."""
    return values / max(float(values.max(initial=0.0)), 1.0)


def scaled(raw: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return c raw values clipped at 0 and divided by the largest, float64 [c]; all 0 when none is above 0."""
    positive: NDArray[np.float64] = np.maximum(raw, 0.0).astype(np.float64)
    top = positive.max(initial=0.0)
    if top > 0:
        positive /= top
    return positive
