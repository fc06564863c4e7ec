"""Preferences of a shopper, for the pages that change them: read from the log, so that they are up to date."""

import uuid
from dataclasses import dataclass, field

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.behaviour.profiles import read_history
from shop.catalogue.models import Category, Product
from shop.catalogue.prepared import published_cards
from shop.catalogue.selectors import categories_of

MOST_DISMISSED = 200


@dataclass(frozen=True)
class Preferences:
    """Chosen categories, dismissed published products (newest first), and the number of different viewed products."""

    chosen: list[Category] = field(default_factory=list)
    dismissed: list[Product] = field(default_factory=list)
    viewed: int = 0


def preferences_of(shopper_id: uuid.UUID | None) -> Preferences:
    """Return all preferences of a shopper; six queries at most, none without a shopper."""
    if shopper_id is None:
        return Preferences()
    _, history = read_history(shopper_id, VisitorLink.objects.visitors_of(shopper_id))
    return Preferences(
        chosen=categories_of([choice.category_id for choice in history.chosen]) if history.chosen else [],
        dismissed=dismissed_products(shopper_id) if history.not_interested else [],
        viewed=len(history.viewed),
    )


def chosen_categories(shopper_id: uuid.UUID | None) -> list[Category]:
    """Return the categories the shopper chose, newest first; three queries at most."""
    if shopper_id is None:
        return []
    _, history = read_history(shopper_id, VisitorLink.objects.visitors_of(shopper_id))
    return categories_of([choice.category_id for choice in history.chosen]) if history.chosen else []


def dismissed_products(shopper_id: uuid.UUID) -> list[Product]:
    """Return the published products the shopper dismissed, last one first, at most MOST_DISMISSED. Three queries."""
    dismissed = _dismissed(shopper_id)[:MOST_DISMISSED]
    published = published_cards(dismissed) if dismissed else {}
    return [published[product_id] for product_id in dismissed if product_id in published]


def is_dismissed(shopper_id: uuid.UUID, product_id: uuid.UUID) -> bool:
    """Tell whether the shopper dismissed a product; two queries."""
    return product_id in _dismissed(shopper_id)


def _dismissed(shopper_id: uuid.UUID) -> list[uuid.UUID]:
    """Return the products dismissed and not taken back, the last one first."""
    shoppers = [shopper_id, *VisitorLink.objects.visitors_of(shopper_id)]
    events = Interaction.objects.of_shoppers(shoppers).filter(kind=Kind.NOT_INTERESTED)
    latest: dict[uuid.UUID | None, float | None] = {}
    for product_id, value in events.order_by("-occurred_at").values_list("product_id", "value"):
        latest.setdefault(product_id, value)
    return [product_id for product_id, value in latest.items() if product_id is not None and value != 0]
