"""Personal recommendations for a shopper."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.ranking.candidates import Scope, find_candidates, with_added
from ml.ranking.diversity import DiversityRule
from ml.ranking.rails import Discovery, arrange, ranked_items, with_discoveries
from ml.ranking.reasons import reasons_for_shopper
from ml.ranking.results import RankedItem, Source
from ml.ranking.scoring import NO_FACTORS, Factors, Weights, score_parts
from ml.ranking.shopper import ShopperState, query_of_shopper
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
    """Return up to `limit` products for a shopper, best first, without excluded ones.

    Recent items come last, and only when nothing else is left. Without any event the ranking holds popular and trending
    products, and matches of the liked categories and searched words.

    - `first`: return only so many places of the ranking; reasons are computed for these alone;
    - `category`: only products in it and its descendants;
    - `rule`: None: at most half of the rail from one category, all of it when `category` is given;
    - `factors`: multiply the scores before diversification;
    - `moment`: the time by the shop's clock; None: ignore seasons and times of day;
    - `discovery`: the places of products that few shoppers have seen; None: no such places.

    Deterministic; ties: the lower item first. Raise ValueError for an unknown category or a vector of another length.
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
    """Return the candidates of `rank_for_you`, int32 [c], ascending, without recent items, and their parts,
    float64 [c, 4], to learn weights from (ml/weight_fitting.py)."""
    state = state.known_to(index)
    query = query_of_shopper(index, state)
    scope = Scope.of(index, state.excluded, state.recent, limit=limit)
    items = find_candidates(query, state.recent, scope).items
    return items, score_parts(index, query, items)
