"""`{% load recommendations %}`: rails of recommended products."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context

from accounts.shoppers import known_shopper_id
from recommendations.lists.arranging import RecommendedItem
from recommendations.lists.intents.registry import intent_named
from recommendations.lists.questions import Intent, Question
from recommendations.lists.recommending import Recommendations, recommend, shown
from shop.catalogue.models import Category, Product

register = template.Library()


@dataclass(frozen=True)
class Rail:
    """A rendered strip of products (glossary).

    - `list_id`: named by the links to its products, so that clicks are counted; None outside of experiments.
    - `invites`: nothing is known of the shopper, who is invited to say what they like.
    - `follows_choice`: the shopper has said so.
    """

    title: str
    slot: str
    intent: Intent
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
    question = Question(
        intent_named(intent),
        slot,
        limit,
        product.pk if product else None,
        category.pk if category else None,
        basket=[getattr(entry, "product_id", None) or entry.pk for entry in basket],
    )
    answer = shown(recommend(known_shopper_id(request) if request is not None else None, question))
    return {"rail": _rail(answer, title), "request": request}


def _rail(answer: Recommendations, title: str) -> Rail:
    intent = answer.question.intent
    return Rail(
        title=title or intent.title,
        slot=answer.question.slot,
        intent=intent,
        items=answer.items,
        recomm_id=answer.recomm_id,
        list_id=answer.recomm_id if answer.variant else None,
        model_version=answer.model_version,
        fallback_used=answer.fallback_used,
        invites=intent.is_personal and answer.is_stranger,
        follows_choice=intent.is_personal and answer.follows_choice,
    )
