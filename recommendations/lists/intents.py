"""Candidates for each intent, ranked by the promoted index."""

import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import numpy as np

from ml import ranking
from ml.content.terms import tokenize
from ml.ranking import RankedItem, ReasonCode, ShopperState
from ml.serving_index import ServingIndex
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.profiles import History
from recommendations.lists.ranked_ahead import RANKED_AHEAD, ranking_stamp, unpacked
from recommendations.lists.reasons import OF_THE_PAST
from recommendations.lists.requests import Candidate, Candidates, Intent, Request
from recommendations.lists.shared_lists import shared_list
from recommendations.rules.indexed import IndexedRules, indexed_rules
from recommendations.serving.served import Served
from recommendations.shoppers.known import NOBODY, KnownShopper

MOST_ANCHORS = 5
SHARED_STEP = 32  # lists that are shared have one of few lengths, so that there are few of them


def candidates(request: Request, shopper: KnownShopper, served: Served | None) -> Candidates:
    """Return the candidates for a request; none without a model, or for a category made since it was trained."""
    if request.intent is Intent.RECENTLY_VIEWED:
        return _recently_viewed(request, shopper)
    if served is None or _is_unknown_category(request, served.index):
        return Candidates((), is_fallback=True)
    if shopper.is_stranger:
        return _shared(request, served)
    if request.is_about_products:
        return _without_unwanted(request, shopper, served)
    return _RANKERS[request.intent](request, shopper, served)


def starting_points(request: Request, history: History) -> tuple[uuid.UUID, ...]:
    """Return the products that complementary ones are sought for: the basket, the product, or what was put into a
    cart of late."""
    if request.basket:
        return request.basket
    if request.product_id is not None:
        return (request.product_id,)
    carted = (product.product_id for product in history.recent if product.kind is Kind.ADD_TO_CART)
    return tuple(carted)[:MOST_ANCHORS]


def _shared(request: Request, served: Served) -> Candidates:
    """Return what somebody gets of whom nothing is known; ranked once for all of them."""
    length = -(-request.count // SHARED_STEP) * SHARED_STEP
    asked = replace(request, count=length, earlier=frozenset(), discovery=None)
    found = shared_list(served.index, (asked, served.weights), lambda: _RANKERS[request.intent](asked, NOBODY, served))
    return replace(found, ranked=found.ranked[: request.count])


def _without_unwanted(request: Request, shopper: KnownShopper, served: Served) -> Candidates:
    """Return the shared list without what this shopper does not want, or their own where it gets too short."""
    asked = replace(request, count=request.count + SHARED_STEP // 2)
    found = _shared(asked, served)
    unwanted = shopper.unwanted
    left = tuple(candidate for candidate in found.ranked if candidate.product_id not in unwanted)
    if len(left) < request.count and len(found.ranked) == asked.count:
        return _RANKERS[request.intent](request, shopper, served)
    return replace(found, ranked=left[: request.count])


def _for_you(request: Request, shopper: KnownShopper, served: Served) -> Candidates:
    """Return what was ranked ahead where it still holds, else the same ranked now."""
    if shopper.ahead and request.category_id is None and request.count <= RANKED_AHEAD:
        kept = unpacked(shopper.ahead, ranking_stamp(request, served), request.count)
        if kept:
            return Candidates(kept, is_wanted=True)
    state, rules = _ruled_state(request, shopper, served.index)
    category = _category_of(request, served.index)
    hints = (state.recent, state.term_weights[0], state.liked_categories[0])
    knows_nothing = state.vector is None and not any(known.size for known in hints)
    ranked = ranking.rank_for_you(
        served.index,
        state,
        served.weights,
        limit=max(request.count, RANKED_AHEAD),
        first=request.count,
        category=category,
        moment=request.moment,
        factors=rules.factors,
        discovery=None if knows_nothing or category is not None else request.discovery,
    )
    return Candidates(_named(ranked, served.index, shopper.history), is_fallback=knows_nothing)


def _similar(request: Request, shopper: KnownShopper, served: Served) -> Candidates:
    item = _index_of(served.index, request.product_id)
    if item is None:
        return Candidates((), is_fallback=True)
    state, rules = _ruled_state(request, shopper, served.index)
    ranked = ranking.rank_similar(
        served.index,
        item,
        served.weights,
        limit=request.count,
        state=state,
        moment=request.moment,
        factors=rules.factors,
    )
    return Candidates(_named(ranked, served.index, shopper.history))


def _complementary(request: Request, shopper: KnownShopper, served: Served) -> Candidates:
    items = served.index.indices_of([product_id.hex for product_id in starting_points(request, shopper.history)])
    items = items[items >= 0]
    if not items.size:
        return Candidates((), is_fallback=True)
    state, rules = _ruled_state(request, shopper, served.index)
    ranked = ranking.rank_complementary(served.index, items, limit=request.count, state=state, factors=rules.factors)
    return Candidates(_named(ranked, served.index, shopper.history))


def _trending(request: Request, shopper: KnownShopper, served: Served) -> Candidates:
    category = _category_of(request, served.index)
    state, rules = _ruled_state(request, shopper, served.index)
    ranked = ranking.rank_trending(
        served.index,
        limit=request.count,
        category=category,
        state=state,
        moment=request.moment,
        factors=rules.factors,
    )
    return Candidates(_named(ranked, served.index, shopper.history))


def _recently_viewed(request: Request, shopper: KnownShopper) -> Candidates:
    weights = {product.product_id: product.weight for product in shopper.history.recent}
    return Candidates(
        tuple(
            Candidate(product_id, weights.get(product_id, 0.0), "history", "recently_viewed")
            for product_id in shopper.history.viewed[: request.count]
        )
    )


def _ruled_state(request: Request, shopper: KnownShopper, index: ServingIndex) -> tuple[ShopperState, IndexedRules]:
    """Return a shopper to whom nothing may be shown that a rule hides, and the rules in the index's numbers."""
    state, rules = shopper_state(shopper, index), indexed_rules(request.rules, index)
    if rules.hidden.size:
        state = replace(state, excluded=np.concatenate([state.excluded, rules.hidden]))
    return state, rules


def shopper_state(shopper: KnownShopper, index: ServingIndex) -> ShopperState:
    """Return a shopper in the index's numbers."""
    history = shopper.history
    recent = index.indices_of([product.product_id.hex for product in history.recent])
    known = recent >= 0
    weights = np.array([product.weight for product in history.recent], dtype=np.float32)
    bought = np.array([product.kind is Kind.PURCHASE for product in history.recent], dtype=bool)
    unwanted = index.indices_of([product_id.hex for product_id in shopper.unwanted])
    return ShopperState(
        vector=shopper.vector,
        recent=recent[known],
        recent_weights=weights[known],
        recent_bought=bought[known],
        term_weights=_search_terms(history, index),
        excluded=unwanted[unwanted >= 0],
        liked_categories=_chosen_categories(history, index),
    )


def _chosen_categories(history: History, index: ServingIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return the chosen categories the index knows, int32 [k], and their weights, float32 [k]."""
    places = [index.category_index_of(choice.category_id.hex) for choice in history.chosen]
    known = [(place, choice.weight) for place, choice in zip(places, history.chosen, strict=True) if place is not None]
    return np.array([p for p, _ in known], dtype=np.int32), np.array([w for _, w in known], dtype=np.float32)


def _search_terms(history: History, index: ServingIndex) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms of all searches, int32 [k] rising, and their summed weights, float32 [k]."""
    found = [(index.terms.vectorise(search.query), search.weight) for search in history.searches]
    if not found:
        return np.zeros(0, np.int32), np.zeros(0, np.float32)
    terms, places = np.unique(np.concatenate([terms for (terms, _), _ in found]), return_inverse=True)
    weights = np.concatenate([weights * share for (_, weights), share in found])
    return terms.astype(np.int32), np.bincount(places, weights, terms.size).astype(np.float32)


def _named(ranked: Sequence[RankedItem], index: ServingIndex, history: History) -> tuple[Candidate, ...]:
    """Return ranked items with product ids in place of item numbers, and what of a history their reasons speak of."""
    numbers = [item.item for item in ranked] + [item.anchor for item in ranked if item.anchor is not None]
    names = dict(zip(numbers, index.raw_ids_of(np.array(numbers, dtype=np.int64)), strict=True))
    categories = index.categories_of(np.array(numbers[: len(ranked)], dtype=np.int64)).tolist()
    deeds: dict[uuid.UUID | None, Kind] = {product.product_id: product.kind for product in history.recent}
    return tuple(
        Candidate(
            uuid.UUID(hex=names[item.item]),
            item.score,
            item.source.value,
            _code(item.reason, deeds.get(anchor)),
            anchor,
            _search(item.words, history) if item.words else "",
            item.parts,
            category if category >= 0 else None,
        )
        for item, category in zip(ranked, categories, strict=True)
        for anchor in [None if item.anchor is None else uuid.UUID(hex=names[item.anchor])]
    )


def _code(reason: ReasonCode, deed: Kind | None) -> str:
    """Return a reason's code, which says what the shopper did with the product it speaks of."""
    is_of_the_past = reason in (ReasonCode.VIEWED_SIMILAR, ReasonCode.BOUGHT_SIMILAR)
    return OF_THE_PAST.get(deed or Kind.VIEW, reason.value) if is_of_the_past else reason.value


def _search(words: Collection[str], history: History) -> str:
    """Return the newest search that held one of the words found in a product; empty when none does."""
    held = (search.query for search in history.searches if not set(words).isdisjoint(tokenize(search.query)))
    return next(held, "")


def _index_of(index: ServingIndex, product_id: uuid.UUID | None) -> int | None:
    return None if product_id is None else index.index_of(product_id.hex)


def _category_of(request: Request, index: ServingIndex) -> int | None:
    return None if request.category_id is None else index.category_index_of(request.category_id.hex)


def _is_unknown_category(request: Request, index: ServingIndex) -> bool:
    return request.category_id is not None and _category_of(request, index) is None


_RANKERS: dict[Intent, Callable[[Request, KnownShopper, Served], Candidates]] = {
    Intent.FOR_YOU: _for_you,
    Intent.SIMILAR: _similar,
    Intent.COMPLEMENTARY: _complementary,
    Intent.TRENDING: _trending,
}
