"""What shoppers do in tests, straight into the log."""

import uuid
from datetime import datetime
from typing import Any

from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.lists.recommending import Recommendations, recommend
from recommendations.lists.requests import Intent
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


def for_you(shopper: uuid.UUID | None = SHOPPER, **options: Any) -> Recommendations:
    """Return the shopper's own list."""
    return recommend(shopper_id=shopper, intent=Intent.FOR_YOU, **options)
