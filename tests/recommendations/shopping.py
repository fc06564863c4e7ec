"""Shortcuts for tests: write interactions to the log and ask for lists."""

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.lists import recommending
from recommendations.lists.intents.registry import FOR_YOU
from recommendations.lists.questions import Intent, Question
from recommendations.lists.recommending import Recommendations, shown
from shop.catalogue.models import Product

SHOPPER, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def act(
    kind: Kind,
    product: Product | None = None,
    *,
    shopper: uuid.UUID = SHOPPER,
    value: float | None = None,
    query: str = "",
    occurred_at: datetime | None = None,
) -> None:
    """Write one event; nobody is notified."""
    Interaction.objects.create(
        shopper_id=shopper,
        kind=kind,
        product_id=product.pk if product else None,
        value=value,
        query=query,
        occurred_at=occurred_at or timezone.now(),
    )


def recommend(*, shopper_id: uuid.UUID | None, intent: Intent, **options: Any) -> Recommendations:
    """Return the list that a shopper is shown."""
    return shown(recommending.recommend(shopper_id, Question(intent, **options)))


def for_you(shopper: uuid.UUID | None = SHOPPER, **options: Any) -> Recommendations:
    """Return the shopper's own list."""
    return recommend(shopper_id=shopper, intent=FOR_YOU, **options)
