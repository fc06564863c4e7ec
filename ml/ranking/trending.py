"""Trending: what many turn to these days."""

from __future__ import annotations

import numpy as np

from ml.content.unit_length import unit_rows
from ml.diversity import DiversityRule, diversify
from ml.ranking.candidates import Scope
from ml.ranking.ranked import Parts, RankedItem, Source
from ml.ranking.reasons import reason_of_popularity
from ml.ranking.shopper import FloatArray, IntArray, ShopperState
from ml.serving_index import ServingIndex

POOL = 100


def rank_trending(
    index: ServingIndex, *, limit: int, category: int | None = None, state: ShopperState | None = None
) -> list[RankedItem]:
    """Return up to `limit` products (of a category and its descendants) that trend, then popular ones; best first.

    Never one the state excludes. Without a category at most half of the rail comes from one, while others are left.
    score: how much the product trends, in [0, 1]; equal ones: the lower item first. ValueError for an unknown category.
    """
    excluded = (state or ShopperState()).known_to(index).excluded
    scope = Scope.of(index, excluded, limit=limit, category=category)
    if limit <= 0:
        return []
    count = max(POOL, limit)
    trending = scope.admitted(index.trending_items(count + excluded.size, category), count)
    popular = scope.admitted(index.popular(count + trending.size + excluded.size, category))
    rule = DiversityRule(relevance=1.0, category_share=1.0 if category is not None else 0.5)
    chosen = _spread(index, trending, index.trending_of(trending), limit, rule)
    others = popular[~np.isin(popular, trending)]
    filling = _spread(index, others, index.popularity_of(others), limit - chosen.size, rule)
    return [_ranked(index, item, Source.TRENDING) for item in chosen.tolist()] + [
        _ranked(index, item, Source.POPULAR) for item in filling.tolist()
    ]


def _spread(index: ServingIndex, items: IntArray, scores: FloatArray, limit: int, rule: DiversityRule) -> IntArray:
    if limit <= 0 or not items.size:
        return items[:0]
    categories = index.categories_of(items)
    return items[
        diversify(scores, categories, lambda places: unit_rows(index.vectors_of(items[places])), limit=limit, rule=rule)
    ]


def _ranked(index: ServingIndex, item: int, source: Source) -> RankedItem:
    one = np.array([item])
    parts = Parts(0.0, float(index.popularity_of(one)[0]), 0.0, 0.0)
    return RankedItem(item, float(index.trending_of(one)[0]), parts, source, reason_of_popularity(index, item))
