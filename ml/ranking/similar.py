"""Similar: products like a product."""

from __future__ import annotations

import numpy as np

from ml.diversity import DiversityRule
from ml.ranking.candidates import Scope, find_candidates, with_added
from ml.ranking.factors import NO_FACTORS, Factors
from ml.ranking.query import query_of_item
from ml.ranking.rails import arrange, ranked_items
from ml.ranking.reasons import Reason, reason_of_popularity
from ml.ranking.results import RankedItem, ReasonCode, Source
from ml.ranking.scoring import score_parts
from ml.ranking.shopper import ShopperState
from ml.ranking.weights import Weights
from ml.serving_index import Moment, ServingIndex

RULE = DiversityRule(relevance=0.9, category_share=1.0)


def rank_similar(
    index: ServingIndex,
    item: int,
    weights: Weights,
    *,
    limit: int,
    state: ShopperState | None = None,
    rule: DiversityRule = RULE,
    factors: Factors = NO_FACTORS,
    moment: Moment | None = None,
) -> list[RankedItem]:
    """Return up to `limit` products like `item`, best first: never itself, never one the state excludes.

    The composite score with the product's vector, category and words in place of a shopper's, times the factors. Reason
    SIMILAR_TO with the item as anchor where vector, category or words agree at all. moment: see `rank_for_you`. The
    same arguments give the same ranking; equal scores: the lower item first. ValueError for an item the index does not
    have.
    """
    if not 0 <= item < index.n_items:
        raise ValueError(f"item is {item}, expected 0 to {index.n_items - 1}")
    if limit <= 0:
        return []
    excluded = (state or ShopperState()).known_to(index).excluded
    itself = np.array([item], np.int32)
    query = query_of_item(index, item)
    scope = Scope.of(index, excluded, itself, limit=limit)
    candidates = find_candidates(query, itself, scope)
    if factors:
        candidates = with_added(candidates, factors.promoted, Source.RULE, scope)
    if not candidates.items.size:
        return []
    parts = score_parts(index, query, candidates.items, moment)
    owed = parts * weights.as_array()
    scores = owed.sum(axis=1) * factors.of(index, candidates.items)
    chosen = arrange(index, candidates.items, scores, limit=limit, rule=rule, beside=itself)
    alike = owed[chosen][:, [0, 2, 3]].max(axis=1)
    reasons = [
        Reason(ReasonCode.SIMILAR_TO, item) if amount > 0 else Reason(reason_of_popularity(index, other))
        for amount, other in zip(alike.tolist(), candidates.items[chosen].tolist(), strict=True)
    ]
    return ranked_items(candidates, chosen, scores, parts, reasons)
