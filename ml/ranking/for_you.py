"""For you: what suits this shopper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.diversity import DiversityRule
from ml.ranking.candidates import Scope, find_candidates, with_added
from ml.ranking.discovery import Discovery, with_discoveries
from ml.ranking.factors import NO_FACTORS, Factors
from ml.ranking.query import query_of_shopper
from ml.ranking.rails import arrange, ranked_items
from ml.ranking.reasons import reasons_for_shopper
from ml.ranking.results import RankedItem, Source
from ml.ranking.scoring import score_parts
from ml.ranking.shopper import ShopperState
from ml.ranking.weights import Weights
from ml.serving_index import Moment, ServingIndex

RULE = DiversityRule()
ONE_CATEGORY_RULE = DiversityRule(category_share=1.0)


def rank_for_you(
    index: ServingIndex,
    state: ShopperState,
    weights: Weights,
    *,
    limit: int,
    first: int | None = None,
    category: int | None = None,
    rule: DiversityRule | None = None,
    factors: Factors = NO_FACTORS,
    moment: Moment | None = None,
    discovery: Discovery | None = None,
) -> list[RankedItem]:
    """Return up to `limit` products for a shopper (in a category and its descendants), best first.

    Never an excluded one; recent ones come last, and only when nothing else is left. Without any event: popular and
    trending ones, and what matches the liked categories and searched words. first: only so many of them are returned,
    and reasons sought for these alone. rule: None, at most half of the rail from one category (all of it when a
    category is asked for). factors multiply the scores before. moment: when it is shown, by the shop's clock; None:
    seasons and times of day count for nothing. discovery: which places go to products that few have seen; None: none.
    The same arguments give the same ranking; equal scores: the lower item first. ValueError for an unknown category or
    a vector that does not fit the index.
    """
    state = state.known_to(index)
    scope = Scope.of(index, state.excluded, state.recent, limit=limit, category=category)
    if limit <= 0:
        return []
    query = query_of_shopper(index, state)
    candidates = find_candidates(query, state.recent, scope)
    if factors:
        candidates = with_added(candidates, factors.promoted, Source.RULE, scope)
    if candidates.items.size < limit:
        seen_too = Scope.of(index, state.excluded, limit=limit, category=category)
        candidates = with_added(candidates, state.recent, Source.SEEN, seen_too)
    if not candidates.items.size:
        return []
    parts = score_parts(index, query, candidates.items, moment)
    scores = parts @ weights.as_array() * factors.of(index, candidates.items)
    if rule is None:
        rule = RULE if category is None else ONE_CATEGORY_RULE
    new, seen = np.flatnonzero(~candidates.is_seen), np.flatnonzero(candidates.is_seen)
    chosen = np.concatenate(
        [
            new[arrange(index, candidates.items[new], scores[new], limit=limit, rule=rule)],
            seen[np.argsort(-scores[seen], kind="stable")],
        ]
    )[:limit]
    if discovery is not None:
        chosen = with_discoveries(index, candidates.items, scores, chosen, new, discovery)
    chosen = chosen[:first]
    reasons = reasons_for_shopper(index, state, query, candidates.items[chosen], parts[chosen], weights)
    return ranked_items(candidates, chosen, scores, parts, reasons)


def parts_for_shopper(
    index: ServingIndex, state: ShopperState, *, limit: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Return what `rank_for_you` weighs for a rail of `limit` products: c candidates, int32 [c], rising, none of them
    seen of late, and their parts, float64 [c, 4]. For learning weights (ml/weight_fitting.py)."""
    state = state.known_to(index)
    query = query_of_shopper(index, state)
    scope = Scope.of(index, state.excluded, state.recent, limit=limit)
    items = find_candidates(query, state.recent, scope).items
    return items, score_parts(index, query, items)
