"""Products similar to a product."""

from __future__ import annotations

import numpy as np

from ml.ranking.candidates import Scope, find_candidates, with_added
from ml.ranking.diversity import DiversityRule
from ml.ranking.rails import arrange, ranked_items
from ml.ranking.reasons import Reason, reason_of_popularity
from ml.ranking.results import CATEGORY, COSINE, KEYWORD, RankedItem, ReasonCode, Source
from ml.ranking.scoring import NO_FACTORS, Factors, Weights, score_parts
from ml.ranking.shopper import ShopperState, query_of_item
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
    """Return up to `limit` products similar to `item`, best first, without itself and excluded ones.

    The composite score is that of the product's own vector, category and words, times the factors. The reason is
    SIMILAR_TO, with the item as anchor, where vector, category or words agree at all. `moment`: see `rank_for_you`.
    Deterministic; ties: the lower item first. Raise ValueError for an unknown item.
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
    weighted = parts * weights.as_array()
    scores = weighted.sum(axis=1) * factors.of(index, candidates.items)
    chosen = arrange(index, candidates.items, scores, limit=limit, rule=rule, beside=itself)
    similarity = weighted[chosen][:, [COSINE, CATEGORY, KEYWORD]].max(axis=1)
    reasons = [
        Reason(ReasonCode.SIMILAR_TO, item) if amount > 0 else Reason(reason_of_popularity(index, other))
        for amount, other in zip(similarity.tolist(), candidates.items[chosen].tolist(), strict=True)
    ]
    return ranked_items(candidates, chosen, scores, parts, reasons)
