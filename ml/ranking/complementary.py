"""Complementary products for a basket."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.ranking.candidates import Scope
from ml.ranking.reasons import Reason, reason_of_popularity
from ml.ranking.results import Parts, RankedItem, ReasonCode, Source
from ml.ranking.scoring import NO_FACTORS, Factors
from ml.ranking.shopper import FloatArray, IntArray, ShopperState
from ml.serving_index import ServingIndex


def rank_complementary(
    index: ServingIndex,
    items: NDArray[np.int32],
    *,
    limit: int,
    state: ShopperState | None = None,
    factors: Factors = NO_FACTORS,
) -> list[RankedItem]:
    """Return up to `limit` products for a basket of k items, best first, without those in it and excluded ones.

    Products bought together with the basket's items come first, then neighbours of these items, then popular products.
    The first two are ordered by the sum of their scores over the basket. score: 2/3, 1/3 or 0 for the three groups,
    plus a third of that sum (or of the popularity) divided by the largest of the group, times the item's factor. Ties:
    the lower item first. The anchor is the basket item that adds most; ties: the earlier.
    """
    basket = items[(items >= 0) & (items < index.n_items)]
    excluded = (state or ShopperState()).known_to(index).excluded
    ranking: list[RankedItem] = []
    scope = Scope.of(index, excluded, basket, limit=limit)
    for base, source, code, table in (
        (2 / 3, Source.BASKETS, ReasonCode.BOUGHT_TOGETHER, index.bought_with_of(basket)),
        (1 / 3, Source.NEIGHBOURS, ReasonCode.SIMILAR_TO, index.neighbours_of(basket)),
    ):
        found, sums, anchors = _summed(basket, *table, scope)
        order = np.lexsort((found, -sums))[: max(limit - len(ranking), 0)]
        ranking += [
            _ranked(
                index, int(found[place]), base + sums[place] / sums.max() / 3, source, Reason(code, int(anchors[place]))
            )
            for place in order.tolist()
        ]
        scope = Scope.of(index, scope.excluded, found[order], limit=limit)
    return factors.applied(index, ranking + _popular(scope, limit - len(ranking), factors.promoted))[:limit]


def _summed(
    basket: IntArray, others: IntArray, scores: FloatArray, scope: Scope
) -> tuple[IntArray, NDArray[np.float64], IntArray]:
    """Return the allowed items of a table [k, width], their summed scores, and for each the basket item that adds
    most."""
    anchors = np.repeat(basket, others.shape[1])
    allowed = scope.allows(others.ravel()) & (scores.ravel() > 0)
    found, weights, anchors = others.ravel()[allowed], scores.ravel()[allowed], anchors[allowed]
    order = np.lexsort((np.arange(found.size), -weights, found))
    unique, first, places = np.unique(found[order], return_index=True, return_inverse=True)
    sums = np.bincount(places, weights=weights[order], minlength=unique.size).astype(np.float64, copy=False)
    return unique, sums, anchors[order][first]


def _popular(scope: Scope, limit: int, promoted: IntArray) -> list[RankedItem]:
    index = scope.index
    chosen = scope.allowed(index.popular(limit + scope.excluded.size), limit) if limit > 0 else promoted[:0]
    chosen = np.concatenate([chosen, np.setdiff1d(scope.allowed(promoted), chosen)])
    scores = index.popularity_of(chosen)
    top = max(float(scores.max(initial=0.0)), 1e-12)
    return [
        _ranked(index, item, score / top / 3, Source.POPULAR, Reason(reason_of_popularity(index, item)))
        for item, score in zip(chosen.tolist(), scores.tolist(), strict=True)
    ]


def _ranked(index: ServingIndex, item: int, score: float, source: Source, reason: Reason) -> RankedItem:
    parts = Parts(0.0, float(index.popularity_of(np.array([item]))[0]), 0.0, 0.0)
    return RankedItem(item, float(score), parts, source, reason.code, reason.anchor)
