"""Shoppers with tastes of their own and what they rated, planted so that predictions are known."""

import uuid
from datetime import timedelta

from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from shop.catalogue.models import Product
from tests.factories import ProductFactory

GENEROUS, STRICT = uuid.UUID(int=1), uuid.UUID(int=2)


def plant_ratings(category) -> list[Product]:
    """Make eight products and three shoppers' ratings of seven: one gives 5, one gives 1, one gives 3."""
    products = ProductFactory.create_batch(8, category=category)
    for number, (shopper, stars) in enumerate(((GENEROUS, 5), (STRICT, 1), (uuid.UUID(int=3), 3))):
        for place, product in enumerate(products[:7]):
            rate(shopper, product, stars, hours_ago=100 - 10 * number - place)
    return products


def rate(shopper_id: uuid.UUID, product: Product, stars: float, *, hours_ago: int = 0) -> None:
    Interaction.objects.create(
        shopper_id=shopper_id,
        kind=Kind.RATE,
        product_id=product.pk,
        value=stars,
        occurred_at=timezone.now() - timedelta(hours=hours_ago),
    )
