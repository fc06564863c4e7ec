"""Trending products."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.ranking.candidates import Scope
from ml.ranking.diversity import DiversityRule
from ml.ranking.rails import arrange
from ml.ranking.reasons import reason_of_popularity
from ml.ranking.results import Parts, RankedItem, Source
from ml.ranking.scoring import NO_FACTORS, Factors, popularity_in_season, trending_in_season
from ml.ranking.shopper import IntArray, ShopperState
from ml.serving_index import Moment, ServingIndex

POOL = 100


def rank_trending(
    index: ServingIndex,
    *,
    limit: int,
    category: int | None = None,
    state: ShopperState | None = None,
    factors: Factors = NO_FACTORS,
    moment: Moment | None = None,
) -> list[RankedItem]:
    """Return up to `limit` trending products, then popular ones, best first, without excluded ones.

    - `category`: only products in it and its descendants; None: at most half of the rail from one category, while
      others are left;
    - `factors`, `moment`: reorder trending and popular products, each group by itself (see `rank_for_you`).

    score: the trending score in [0, 1] times the item's factor. Ties: the lower item first. Raise ValueError for an
    unknown category.
    """
    excluded = (state or ShopperState()).known_to(index).excluded
    scope = Scope.of(index, excluded, limit=limit, category=category)
    if limit <= 0:
        return []
    count = max(POOL, limit)
    trending = np.sort(scope.allowed(index.trending_items(count + excluded.size, category), count))
    popular = scope.allowed(index.popular(count + trending.size + excluded.size, category))
    rule = DiversityRule(relevance=1.0, category_share=1.0 if category is not None else 0.5)
    scores = trending_in_season(index, trending, moment) * factors.of(index, trending)
    chosen = arrange(index, trending, scores, limit=limit, rule=rule)
    others = np.setdiff1d(np.union1d(popular, scope.allowed(factors.promoted)), trending)
    popularity = popularity_in_season(index, others, moment) * factors.of(index, others)
    filling = arrange(index, others, popularity, limit=limit - chosen.size, rule=rule)
    not_trending = index.trending_of(others) * factors.of(index, others)
    return _ranked(index, trending[chosen], scores[chosen], Source.TRENDING) + _ranked(
        index, others[filling], not_trending[filling], Source.POPULAR
    )


def _ranked(index: ServingIndex, items: IntArray, scores: NDArray[np.float64], source: Source) -> list[RankedItem]:
    return [
        RankedItem(item, score, Parts(0.0, popularity, 0.0, 0.0), source, reason_of_popularity(index, item))
        for item, score, popularity in zip(
            items.tolist(), scores.tolist(), index.popularity_of(items).tolist(), strict=True
        )
    ]
