"""From a request to products that may be shown now, each with a score and a reason."""

import math
import uuid
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone

from accounts.callers import current_caller
from ml.serving_index import Moment
from recommendations import serving
from recommendations.exposures import record_impression
from recommendations.models import Impression
from recommendations.rail_counts import count_rail
from recommendations.selectors.catalogue import categories_of, is_category, popular_products, published_products
from recommendations.selectors.intents import Candidate, Candidates, Intent, Request, candidates, starting_points
from recommendations.selectors.reasons import Reason, reason_without_model, reasons_of
from recommendations.selectors.shoppers import KnownShopper, Placement, placed_shopper
from shop.models import Product

LARGEST_LIMIT = 100
# Some candidates are sold out, hidden or bought: rank more than are shown, so that one query is enough.
SPARE_CANDIDATES = 10
MOST_BASKET = 20


@dataclass(frozen=True)
class RecommendedItem:
    """A product with its score (comparable within one list), the reasons it is shown for, and the source it is from."""

    product: Product
    score: float
    reasons: tuple[Reason, ...]
    source: str


@dataclass(frozen=True)
class Recommendations:
    """One list as shown. `recomm_id` names it; `fallback_used`: the model alone could not fill it; `variant`: the
    experiment's the shopper sees, if any; `is_stranger`: nothing is known of the shopper that it could follow from;
    `follows_choice`: the shopper has chosen categories."""

    recomm_id: uuid.UUID
    slot: str
    intent: Intent
    model_version: str | None
    fallback_used: bool
    items: list[RecommendedItem]
    variant: str | None = None
    is_stranger: bool = False
    follows_choice: bool = False


def recommend(
    *,
    shopper_id: uuid.UUID | None,
    intent: Intent,
    slot: str = "",
    limit: int = 12,
    product_id: uuid.UUID | None = None,
    category_id: uuid.UUID | None = None,
    basket: Collection[uuid.UUID] = (),
    earlier: Collection[uuid.UUID] = (),
) -> Recommendations:
    """Return at most `limit` (1 to 100) products for a shopper, best first; never raises for ids it does not know.

    Only published, priced products in stock that the shopper has neither bought nor dismissed. Where the model gives
    too few, popular products fill up, except for recently viewed ones. `shopper_id` None: nothing is known. `earlier`
    are the products of earlier pages of the list.
    Two queries; one more when the profile is computed on the spot, one more to fill up, one more when a shopper's first
    look at a variant is written down, one more to name the categories that were chosen.
    """
    limit = min(max(limit, 1), LARGEST_LIMIT)
    # A list for no slot is shown to nobody, what was viewed is shown alike in every variant, and robots buy nothing.
    is_compared = bool(slot) and intent is not Intent.RECENTLY_VIEWED and not current_caller().is_robot
    placed_in = slot if is_compared else None
    shopper, served, placement = placed_shopper(shopper_id, serving.current(), placed_in)
    count = limit + limit // 2 + SPARE_CANDIDATES + len(earlier)
    moment = Moment.of(timezone.localtime())
    request = Request(intent, count, product_id, category_id, tuple(basket)[:MOST_BASKET], frozenset(earlier), moment)
    found = candidates(request, shopper, served)
    items = _live_items(found, request, shopper, limit)
    filled: list[RecommendedItem] = []
    if len(items) < limit and intent is not Intent.RECENTLY_VIEWED:
        filled = _fill(limit - len(items), request, shopper, {item.product.pk for item in items})
    is_filled = found.is_fallback or bool(filled)
    count_rail(intent.value, asked=limit, found=len(items) + len(filled), is_filled=is_filled)
    answer = Recommendations(
        recomm_id=uuid.uuid4(),
        slot=slot,
        intent=intent,
        model_version=served.version if served else None,
        fallback_used=is_filled,
        items=items + filled,
        variant=placement.variant.name if placement else None,
        is_stranger=shopper.is_stranger,
        follows_choice=bool(shopper.history.chosen),
    )
    if placement and shopper_id and answer.items:
        _record_impression(answer, placement, shopper_id)
    return answer


def _record_impression(answer: Recommendations, placement: Placement, shopper_id: uuid.UUID) -> None:
    """Keep the list for the figures of the experiment; no query."""
    record_impression(
        Impression(
            id=answer.recomm_id,
            experiment_id=placement.experiment.id,
            variant_id=placement.variant.id,
            shopper_id=shopper_id,
            slot=answer.slot,
            intent=answer.intent.value,
            model_version=answer.model_version or "",
            product_count=len(answer.items),
        )
    )


def _live_items(found: Candidates, request: Request, shopper: KnownShopper, limit: int) -> list[RecommendedItem]:
    """Return the first `limit` candidates that may be shown now, with their reasons; one query."""
    barred = _barred(request, shopper)
    ranked = [candidate for candidate in found.ranked if candidate.product_id not in barred]
    anchors = {candidate.anchor_id for candidate in ranked if candidate.anchor_id is not None}
    published = published_products({candidate.product_id for candidate in ranked} | anchors) if ranked else {}
    live = [
        (candidate, product)
        for candidate in ranked
        if (product := published.get(candidate.product_id)) is not None and product.is_purchasable
    ]
    names_choice = any(candidate.code == "category_chosen" for candidate in ranked)
    chosen = categories_of([choice.category_id for choice in shopper.history.chosen]) if names_choice else []
    return [
        RecommendedItem(
            product,
            candidate.score,
            reasons_of(candidate, product, published, shopper.history, chosen),
            candidate.source,
        )
        for candidate, product in _spread(live, limit, request)
    ]


def _spread(live: list[tuple[Candidate, Product]], limit: int, request: Request) -> list[tuple[Candidate, Product]]:
    """Return the first `limit` products, at most half of them of one category while there are others.

    The ranking saw to that for its own, longer list; here it holds for what is left of it and shown.
    """
    if request.category_id is not None or request.intent not in (Intent.FOR_YOU, Intent.TRENDING):
        return live[:limit]
    most = math.ceil(limit / 2)
    counts: Counter[uuid.UUID] = Counter()
    chosen: list[tuple[Candidate, Product]] = []
    passed_over: list[tuple[Candidate, Product]] = []
    for candidate, product in live:
        counts[product.category_id] += 1
        (chosen if counts[product.category_id] <= most else passed_over).append((candidate, product))
    return (chosen + passed_over)[:limit]


def _fill(count: int, request: Request, shopper: KnownShopper, present: set[uuid.UUID]) -> list[RecommendedItem]:
    """Return popular products that are not in the list yet, of the same category where one is asked for."""
    without = present | _barred(request, shopper)
    products = popular_products(
        count, without=without, category_id=request.category_id, like_product_id=request.product_id
    )
    if not products and not present and _may_widen(request):
        products = popular_products(count, without=without)
    return [RecommendedItem(product, 0.0, (reason_without_model(product),), "popular") for product in products]


def _may_widen(request: Request) -> bool:
    """A category without anything to sell stays empty; an id that names nothing is answered with the whole shop."""
    return request.category_id is None or not is_category(request.category_id)


def _barred(request: Request, shopper: KnownShopper) -> set[uuid.UUID]:
    """Return what must not be in the list: unwanted products, and those the list starts from."""
    starting = starting_points(request, shopper.history) if request.intent is Intent.COMPLEMENTARY else ()
    return shopper.unwanted.union(request.earlier, starting, [request.product_id] if request.product_id else [])
