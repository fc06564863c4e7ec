"""One list: candidates that may be shown now, with the shop's rules, spread over categories, each with its reason."""

import math
import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ml.ranking import Parts
from recommendations.lists.catalogue import popular_products
from recommendations.lists.intents import candidates, starting_points
from recommendations.lists.reasons import FEATURED, Reason, reason_without_model, reasons_of
from recommendations.lists.requests import Candidate, Candidates, Intent, Request
from recommendations.lists.rules import placed
from recommendations.rules.active_rules import Pin, RulesOfList
from recommendations.serving.served import Served
from recommendations.shoppers.known import KnownShopper
from shop.catalogue.models import Product
from shop.catalogue.prepared import published_cards
from shop.catalogue.selectors import categories_of, is_category

# Some candidates are sold out, hidden or bought: more are ranked than are shown, and a few more of them looked up, so
# that one query mostly is enough.
SPARE_CANDIDATES, SPARE_PRODUCTS = 10, 4
MOST_PINS = 100
Entry = TypeVar("Entry")


@dataclass(frozen=True)
class RecommendedItem:
    """A product with its score (comparable within one list), the reasons it is shown for, and the source it is from.

    parts: those of the composite score, None where nothing was ranked; factor: what rules multiplied the score by.
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
        return self.reasons == (FEATURED,)


@dataclass(frozen=True)
class Listed:
    """Products as shown; `is_filled`: the model alone could not fill the list."""

    items: list[RecommendedItem]
    is_filled: bool


@dataclass(frozen=True)
class OpenList:
    """A list before its products were looked up: what was found, what of it may come, in order, and what is pinned.

    first: what of `ranked` is looked up first; mostly that is enough.
    """

    request: Request
    shopper: KnownShopper
    served: Served | None
    limit: int
    found: Candidates
    ranked: Sequence[Candidate]
    pins: Sequence[Pin]

    @property
    def first(self) -> Sequence[Candidate]:
        return self.ranked[: self.limit + SPARE_PRODUCTS]

    @property
    def wanted(self) -> set[uuid.UUID]:
        """The products that `listed` needs."""
        return _named_by(self.first) | {pin.product_id for pin in self.pins}


@dataclass(frozen=True)
class _Live:
    """What a list is made of: candidates that may be shown now, best first, and pinned products with their places."""

    ranked: list[tuple[Candidate, Product]]
    pinned: list[tuple[int, Product]]
    published: Mapping[uuid.UUID, Product]


def candidates_needed(limit: int, earlier: int, rules: RulesOfList) -> int:
    """Return how many candidates to ask for, so that `limit` are left without `earlier` ones on the pages before and
    those with a place of their own."""
    return limit + limit // 2 + SPARE_CANDIDATES + earlier + min(len(rules.pins), MOST_PINS)


def open_list(request: Request, shopper: KnownShopper, served: Served | None, limit: int) -> OpenList:
    """Return what a page of at most `limit` products is made from; no query.

    What is pinned stands nowhere else; behind the page it is only looked at where the list may end before.
    """
    found = candidates(request, shopper, served)
    elsewhere = _pinned_ids(request)
    barred = set(request.earlier) if found.is_wanted and not elsewhere else _barred(request, shopper)
    not_here = barred | elsewhere
    ranked: Sequence[Candidate] = found.ranked
    if not_here:
        ranked = [candidate for candidate in ranked if candidate.product_id not in not_here]
    ranked = _spread(ranked, lambda candidate: candidate.category, request, limit)
    last = math.inf if len(ranked) < limit else len(request.earlier) + limit
    pins = [pin for pin in request.rules.pins if pin.position <= last and pin.product_id in elsewhere - barred]
    return OpenList(request, shopper, served, limit, found, ranked, pins)


def listed(opened: OpenList, published: Mapping[uuid.UUID, Product]) -> Listed:
    """Return the page of a list: at most its limit of products, the pinned ones at their places.

    published: those of the `wanted` products that are published, and maybe others. No query; one where too few of the
    first candidates can be shown, one to fill up, one to name the categories that were chosen.
    """
    request, shopper, limit = opened.request, opened.shopper, opened.limit
    live = _live(opened, published)
    before = len(request.earlier)
    on_page = [product for position, product in live.pinned if position <= before + limit][:limit]
    open_places = limit - len(on_page)
    spread = _spread(live.ranked, lambda pair: pair[1].category_id, request, limit, on_page)
    items = _with_reasons(spread[:open_places], live, request.rules, shopper)
    filled: list[RecommendedItem] = []
    if len(items) < open_places and request.intent is not Intent.RECENTLY_VIEWED:
        present = {item.product.pk for item in items}
        filled = _fill(open_places - len(items), request, shopper, present)
    scores = {candidate.product_id: candidate for candidate in opened.found.ranked} if live.pinned else {}
    pinned = [(position, _pinned(product, scores.get(product.pk))) for position, product in live.pinned]
    page = placed(items + filled, pinned, before=before, limit=limit)
    return Listed(page, opened.found.is_fallback or bool(filled))


def _live(opened: OpenList, published: Mapping[uuid.UUID, Product]) -> _Live:
    """Return what may be shown now; one query where the first candidates are not enough."""
    live = _shown(opened, opened.first, published)
    if len(opened.first) == len(opened.ranked) or len(live.ranked) >= opened.limit:
        return live
    others = _named_by(opened.ranked[len(opened.first) :]) - published.keys()
    return _shown(opened, opened.ranked, {**published, **published_cards(others)})


def _named_by(ranked: Sequence[Candidate]) -> set[uuid.UUID]:
    """Return the candidates' products and those their reasons speak of."""
    anchors = {candidate.anchor_id for candidate in ranked if candidate.anchor_id is not None}
    return anchors.union(candidate.product_id for candidate in ranked)


def _shown(opened: OpenList, ranked: Sequence[Candidate], published: Mapping[uuid.UUID, Product]) -> _Live:
    def product_of(product_id: uuid.UUID) -> Product | None:
        product = published.get(product_id)
        if product is None or not product.is_purchasable or opened.request.rules.hides(product):
            return None
        # What is sensitive is shown to those who ask for its category or for something like it.
        return None if opened.request.is_personal and product.category.is_sensitive else product

    shown = [(candidate, product) for candidate in ranked if (product := product_of(candidate.product_id))]
    pinned = [
        (pin.position, product)
        for pin in opened.pins
        if (product := product_of(pin.product_id)) and _lies_in(product, opened.request, opened.served)
    ]
    return _Live(shown, pinned, published)


def _pinned_ids(request: Request) -> set[uuid.UUID]:
    """Return what has a place of its own; nothing where the order is the shopper's."""
    return set() if request.intent is Intent.RECENTLY_VIEWED else {pin.product_id for pin in request.rules.pins}


def _lies_in(product: Product, request: Request, served: Served | None) -> bool:
    """Tell whether a product belongs into a list asked for a category: it lies there, or below as the index knows."""
    if request.category_id is None or product.category_id == request.category_id:
        return True
    if served is None:
        return False
    index = served.index
    category = index.category_index_of(request.category_id.hex)
    own = index.category_index_of(product.category_id.hex)
    return category is not None and own is not None and category in index.categories.paths[own].tolist()


def _with_reasons(
    chosen: Sequence[tuple[Candidate, Product]], live: _Live, rules: RulesOfList, shopper: KnownShopper
) -> list[RecommendedItem]:
    names_choice = any(candidate.code == "category_chosen" for candidate, _ in live.ranked)
    liked = categories_of([choice.category_id for choice in shopper.history.chosen]) if names_choice else []
    return [
        RecommendedItem(
            product,
            candidate.score,
            reasons_of(candidate, product, live.published, liked),
            candidate.source,
            candidate.parts,
            rules.factor_of(product) if candidate.parts else 1.0,
        )
        for candidate, product in chosen
    ]


def _pinned(product: Product, candidate: Candidate | None) -> RecommendedItem:
    score, parts = (candidate.score, candidate.parts) if candidate else (0.0, None)
    return RecommendedItem(product, score, (FEATURED,), "rule", parts)


def _spread(
    ranked: Sequence[Entry],
    category_of: Callable[[Entry], object],
    request: Request,
    limit: int,
    on_page: Sequence[Product] = (),
) -> list[Entry]:
    """Return all, those last of which half of the `limit`, with what is pinned on the page, is of the same category.

    The ranking saw to it for all that it ranked. Here it holds for what may be asked for, by the index's categories,
    so that the right products are looked up, and then for what is shown.
    """
    if request.category_id is not None or request.intent not in (Intent.FOR_YOU, Intent.TRENDING):
        return list(ranked)
    most = math.ceil(limit / 2)
    counts: Counter[object] = Counter(product.category_id for product in on_page)
    chosen: list[Entry] = []
    passed_over: list[Entry] = []
    for entry in ranked:
        category = category_of(entry)
        counts[category] += category is not None
        (chosen if counts[category] <= most else passed_over).append(entry)
    return chosen + passed_over


def _fill(count: int, request: Request, shopper: KnownShopper, present: set[uuid.UUID]) -> list[RecommendedItem]:
    """Return popular products that are not in the list yet, of the same category where one is asked for.

    What rules boost or bury is reordered among those, and some more of them are then looked at.
    """
    rules = request.rules
    without = present | _barred(request, shopper) | _pinned_ids(request) | rules.hidden_products
    looked_at = 2 * count + SPARE_CANDIDATES if rules.has_factors else count
    hidden = rules.hidden_categories
    products = popular_products(
        looked_at,
        without=without,
        without_categories=hidden,
        category_id=request.category_id,
        like_product_id=request.product_id,
        with_sensitive=not request.is_personal,
    )
    if not products and not present and _may_widen(request):
        products = popular_products(looked_at, without=without, without_categories=hidden, with_sensitive=False)
    if rules.has_factors:
        products.sort(key=lambda product: -product.rating_sum * rules.factor_of(product))
    return [RecommendedItem(product, 0.0, (reason_without_model(product),), "popular") for product in products[:count]]


def _may_widen(request: Request) -> bool:
    """A category without anything to sell stays empty; an id that names nothing is answered with the whole shop."""
    return request.category_id is None or not is_category(request.category_id)


def _barred(request: Request, shopper: KnownShopper) -> set[uuid.UUID]:
    """Return what must not be in the list: unwanted products, and those the list starts from."""
    starting = starting_points(request, shopper.history) if request.intent is Intent.COMPLEMENTARY else ()
    return shopper.unwanted.union(request.earlier, starting, [request.product_id] if request.product_id else [])
