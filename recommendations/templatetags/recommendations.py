"""`{% load recommendations %}`: rails of recommended products."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context

from accounts.shoppers import known_shopper_id
from recommendations.lists.listing import RecommendedItem
from recommendations.lists.recommending import Recommendations, recommend
from recommendations.lists.requests import Intent
from shop.catalogue.models import Category, Product

register = template.Library()

TITLES = {
    Intent.FOR_YOU: "Picked for you",
    Intent.SIMILAR: "Similar products",
    Intent.COMPLEMENTARY: "Goes well with it",
    Intent.TRENDING: "Trending now",
    Intent.RECENTLY_VIEWED: "Recently viewed",
}


@dataclass(frozen=True)
class Rail:
    """A rendered strip of products (glossary); see recommendations.lists for the parts of an item.

    list_id: what links to its products name, so that clicks are counted; None outside of experiments. invites: nothing
    is known of whom it is for, who may say what they like; follows_choice: they did.
    """

    title: str
    slot: str
    intent: str
    items: list[RecommendedItem]
    recomm_id: uuid.UUID
    list_id: uuid.UUID | None
    model_version: str | None
    fallback_used: bool
    invites: bool = False
    follows_choice: bool = False


@register.inclusion_tag("recommendations/rail.html", takes_context=True)
def recommendation_rail(
    context: Context,
    slot: str,
    intent: str,
    limit: int = 12,
    product: Product | None = None,
    category: Category | None = None,
    basket: Iterable[Any] = (),
    title: str = "",
) -> dict[str, Any]:
    """Render a rail: {% recommendation_rail slot="product" intent="similar" product=product limit=8 %}.

    `basket` takes products, or anything with a `product_id` such as cart items.
    """
    request = context.get("request")
    found = recommend(
        shopper_id=known_shopper_id(request) if request is not None else None,
        intent=Intent(intent),
        slot=slot,
        limit=limit,
        product_id=product.pk if product else None,
        category_id=category.pk if category else None,
        basket=[getattr(entry, "product_id", None) or entry.pk for entry in basket],
    )
    return {"rail": _rail(found, title), "request": request}


def _rail(found: Recommendations, title: str) -> Rail:
    return Rail(
        title=title or TITLES[found.intent],
        slot=found.slot,
        intent=found.intent.value,
        items=found.items,
        recomm_id=found.recomm_id,
        list_id=found.recomm_id if found.variant else None,
        model_version=found.model_version,
        fallback_used=found.fallback_used,
        invites=found.is_stranger and found.intent is Intent.FOR_YOU,
        follows_choice=found.follows_choice and found.intent is Intent.FOR_YOU,
    )
