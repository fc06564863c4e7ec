"""Arrangement of a list: candidates that may be shown now, spread over categories, pinned products at their places."""

import math
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ml.ranking import Parts
from recommendations.lists.context import RankingContext
from recommendations.lists.filling import filling_products
from recommendations.lists.questions import Candidate, Candidates, Question
from recommendations.lists.reasons import FEATURED, Reason, reason_without_model, reasons_of
from recommendations.rules.active_rules import Pin
from shop.catalogue.models import Product
from shop.catalogue.prepared import published_cards
from shop.catalogue.selectors import categories_of

# Some candidates are sold out, hidden or bought. So more are ranked than are shown, and a few more are read than are
# shown: one query is enough for most lists.
SPARE_CANDIDATES, SPARE_PRODUCTS = 10, 4
MOST_PINS = 100
PINNED = "rule"
Entry = TypeVar("Entry")
Live = list[tuple[Candidate, Product]]


@dataclass(frozen=True)
class RecommendedItem:
    """A product of a list.

    - `score`: comparable within one list.
    - `source`: the search that found it.
    - `parts`: of the composite score, None where it does not rank.
    - `factor`: what rules multiplied the score by.
    """

    product: Product
    score: float
    reasons: tuple[Reason, ...]
    source: str
    parts: Parts | None = field(default=None, compare=False)
    factor: float = field(default=1.0, compare=False)

    @property
    def is_pinned(self) -> bool:
        """Whether a rule put it where it stands."""
        return self.source == PINNED


def candidates_needed(context: RankingContext) -> int:
    """Return how many candidates to rank, so that the page is full without those of earlier pages and pinned ones."""
    question = context.question
    pins = min(len(_pins(context)), MOST_PINS)
    return question.limit + question.limit // 2 + SPARE_CANDIDATES + len(question.earlier) + pins


def candidates_of(context: RankingContext) -> Candidates:
    """Return the candidates for a page, without those that must not come; no query.

    Pinned candidates stand nowhere else. Those behind the page come only where the list may end before.
    """
    question = context.question
    candidates = question.intent.candidates(context, candidates_needed(context))
    pins = _pins(context)
    excluded = set(question.earlier) if candidates.is_filtered and not pins else _excluded(context)
    left_out = excluded.union(pin.product_id for pin in pins)
    ranked: Sequence[Candidate] = candidates.ranked
    if left_out:
        ranked = [candidate for candidate in ranked if candidate.product_id not in left_out]
    ranked = _spread(ranked, lambda candidate: candidate.category, question)
    last = math.inf if len(ranked) < question.limit else len(question.earlier) + question.limit
    by_id = {candidate.product_id: candidate for candidate in candidates.ranked} if pins else {}
    pinned = [
        (pin.position, by_id.get(pin.product_id) or Candidate(pin.product_id, 0.0, PINNED, FEATURED.code))
        for pin in pins
        if pin.position <= last and pin.product_id not in excluded
    ]
    return replace(candidates, ranked=tuple(ranked), pinned=tuple(pinned))


def products_needed(context: RankingContext, candidates: Candidates) -> set[uuid.UUID]:
    """Return the ids of the products that `arranged` looks at first; mostly it needs no others."""
    first = candidates.ranked[: context.question.limit + SPARE_PRODUCTS]
    return _named_by(first).union(candidate.product_id for _, candidate in candidates.pinned)


def arranged(
    context: RankingContext, candidates: Candidates, products: Mapping[uuid.UUID, Product]
) -> tuple[list[RecommendedItem], bool]:
    """Return the page of a list, and whether ranking alone could not fill it.

    - `products`: published ones by id, those of `products_needed` among them.

    No query. One where too few of the first candidates can be shown, one to fill up, one to name chosen categories.
    """
    question = context.question
    live, products = _live_candidates(context, candidates, products)
    pinned_at = {candidate.product_id: position for position, candidate in candidates.pinned}
    pinned = [
        (candidate, product)
        for candidate, product in _live(context, [candidate for _, candidate in candidates.pinned], products)
        if _lies_in_category(product, context)
    ]
    before, limit = len(question.earlier), question.limit
    on_page = [product for _, product in pinned if pinned_at[product.pk] <= before + limit][:limit]
    free = limit - len(on_page)
    chosen = _spread(live, lambda pair: pair[1].category_id, question, on_page)[:free]
    items = _items(context, chosen, live, products)
    filled: list[RecommendedItem] = []
    if len(items) < free and question.intent.may_be_filled:
        filled = _filled(context, free - len(items), {product.pk for _, product in chosen})
    pinned_items = [
        (pinned_at[product.pk], RecommendedItem(product, candidate.score, (FEATURED,), PINNED, candidate.parts))
        for candidate, product in pinned
    ]
    page = with_pinned(items + filled, pinned_items, before=before, limit=limit)
    return page, candidates.is_fallback or bool(filled)


def with_pinned(
    others: Sequence[Entry], pinned: Sequence[tuple[int, Entry]], *, before: int, limit: int
) -> list[Entry]:
    """Return a page of a list: pinned entries at their positions, others around.

    - `pinned`: positions, rising, 1 the first of the whole list, with their entries.
    - `before`: how many products earlier pages showed.

    What is pinned behind the end of a list comes at its end; of two at one position the second follows the first.
    """
    page: list[Entry] = []
    waiting, rest = list(pinned), list(others)
    while len(page) < limit and (waiting or rest):
        is_due = bool(waiting) and waiting[0][0] <= before + len(page) + 1
        page.append(waiting.pop(0)[1] if is_due or not rest else rest.pop(0))
    return page


def _pins(context: RankingContext) -> tuple[Pin, ...]:
    return context.rules.pins if context.question.intent.takes_pins else ()


def _excluded(context: RankingContext) -> set[uuid.UUID]:
    """Return what must not be in the list: unwanted products, those of earlier pages and those it starts from."""
    question, profile = context.question, context.profile
    starting_points = question.intent.starting_points(question, profile.history)
    named = [question.product_id] if question.product_id else []
    return profile.unwanted.union(question.earlier, starting_points, named)


def _live_candidates(
    context: RankingContext, candidates: Candidates, products: Mapping[uuid.UUID, Product]
) -> tuple[Live, Mapping[uuid.UUID, Product]]:
    """Return the candidates that may be shown now, and the products read; one query where the first are too few."""
    ranked, limit = candidates.ranked, context.question.limit
    first, others = ranked[: limit + SPARE_PRODUCTS], ranked[limit + SPARE_PRODUCTS :]
    live = _live(context, first, products)
    if not others or len(live) >= limit:
        return live, products
    products = {**products, **published_cards(_named_by(others) - products.keys())}
    return live + _live(context, others, products), products


def _live(context: RankingContext, ranked: Sequence[Candidate], products: Mapping[uuid.UUID, Product]) -> Live:
    """Return candidates with their products, those that may be shown now.

    Products of sensitive categories are shown to those who ask for the category or for something like it.
    """
    published = [
        (candidate, products[candidate.product_id]) for candidate in ranked if candidate.product_id in products
    ]
    hidden = context.rules.hides([product for _, product in published])
    with_sensitive = not context.question.is_personal
    return [
        (candidate, product)
        for candidate, product in published
        if product.is_purchasable and product.pk not in hidden and (with_sensitive or not product.category.is_sensitive)
    ]


def _named_by(ranked: Sequence[Candidate]) -> set[uuid.UUID]:
    """Return the products of candidates and those that their reasons name."""
    anchors = {candidate.anchor_id for candidate in ranked if candidate.anchor_id is not None}
    return anchors.union(candidate.product_id for candidate in ranked)


def _lies_in_category(product: Product, context: RankingContext) -> bool:
    """Tell whether a product belongs into the list: it lies in the category asked for, or below as the index knows."""
    category_id = context.question.category_id
    if category_id is None or product.category_id == category_id:
        return True
    if context.served is None or context.category is None:
        return False
    own = context.index.category_index_of(product.category_id.hex)
    return own is not None and context.category in context.index.categories.paths[own].tolist()


def _spread(
    ranked: Sequence[Entry],
    category_of: Callable[[Entry], object],
    question: Question,
    on_page: Sequence[Product] = (),
) -> list[Entry]:
    """Return all entries; those last of whose category half of the limit, with pinned ones, comes before.

    Ranking has done so for all that it ranked. Here it is done for what may come, by the index's categories, so that
    the right products are read, and again for what is shown.
    """
    if not question.intent.caps_categories or question.category_id is not None:
        return list(ranked)
    most = math.ceil(question.limit / 2)
    counts: Counter[object] = Counter(product.category_id for product in on_page)
    chosen: list[Entry] = []
    passed_over: list[Entry] = []
    for entry in ranked:
        category = category_of(entry)
        counts[category] += category is not None
        (chosen if counts[category] <= most else passed_over).append(entry)
    return chosen + passed_over


def _items(
    context: RankingContext, chosen: Live, live: Live, products: Mapping[uuid.UUID, Product]
) -> list[RecommendedItem]:
    names_choice = any(candidate.code == "category_chosen" for candidate, _ in live)
    liked = categories_of([choice.category_id for choice in context.profile.history.chosen]) if names_choice else []
    return [
        RecommendedItem(
            product,
            candidate.score,
            reasons_of(candidate, product, products, liked),
            candidate.source,
            candidate.parts,
            context.rules.factor_of(product) if candidate.parts else 1.0,
        )
        for candidate, product in chosen
    ]


def _filled(context: RankingContext, count: int, present: set[uuid.UUID]) -> list[RecommendedItem]:
    without = present | _excluded(context) | {pin.product_id for pin in _pins(context)}
    products = filling_products(context, count, without=without, is_empty=not present)
    return [RecommendedItem(product, 0.0, (reason_without_model(product),), "popular") for product in products]
