"""Trending: what many turn to these days."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.content.unit_length import unit_rows
from ml.diversity import DiversityRule, diversify
from ml.ranking.candidates import Scope
from ml.ranking.factors import NO_FACTORS, Factors
from ml.ranking.ranked import Parts, RankedItem, Source
from ml.ranking.reasons import reason_of_popularity
from ml.ranking.shopper import IntArray, ShopperState
from ml.serving_index import ServingIndex
from ml.serving_index.selection import descending

POOL = 100


def rank_trending(
    index: ServingIndex,
    *,
    limit: int,
    category: int | None = None,
    state: ShopperState | None = None,
    factors: Factors = NO_FACTORS,
) -> list[RankedItem]:
    """Return up to `limit` products (of a category and its descendants) that trend, then popular ones; best first.

    Never one the state excludes. Without a category at most half of the rail comes from one, while others are left.
    score: how much the product trends, in [0, 1], times its factor; equal ones: the lower item first. Factors reorder
    those that trend, and those that do not, each among themselves. ValueError for an unknown category.
    """
    excluded = (state or ShopperState()).known_to(index).excluded
    scope = Scope.of(index, excluded, limit=limit, category=category)
    if limit <= 0:
        return []
    count = max(POOL, limit)
    trending = scope.admitted(index.trending_items(count + excluded.size, category), count)
    popular = scope.admitted(index.popular(count + trending.size + excluded.size, category))
    rule = DiversityRule(relevance=1.0, category_share=1.0 if category is not None else 0.5)
    chosen = _spread(index, trending, index.trending_of(trending) * factors.of(index, trending), limit, rule)
    others = np.concatenate([popular, np.setdiff1d(scope.admitted(factors.promoted), popular)])
    others = others[~np.isin(others, trending)]
    filling = _spread(index, others, index.popularity_of(others) * factors.of(index, others), limit - chosen.size, rule)
    return _ranked(index, chosen, Source.TRENDING, factors) + _ranked(index, filling, Source.POPULAR, factors)


def _spread(
    index: ServingIndex, items: IntArray, scores: NDArray[np.float64], limit: int, rule: DiversityRule
) -> IntArray:
    if limit <= 0 or not items.size:
        return items[:0]
    order = descending(scores)
    items, scores = items[order], scores[order]
    categories = index.categories_of(items)
    return items[
        diversify(scores, categories, lambda places: unit_rows(index.vectors_of(items[places])), limit=limit, rule=rule)
    ]


def _ranked(index: ServingIndex, items: IntArray, source: Source, factors: Factors) -> list[RankedItem]:
    scores = index.trending_of(items) * factors.of(index, items)
    return [
        RankedItem(item, score, Parts(0.0, popularity, 0.0, 0.0), source, reason_of_popularity(index, item))
        for item, score, popularity in zip(
            items.tolist(), scores.tolist(), index.popularity_of(items).tolist(), strict=True
        )
    ]
