"""A log from which something can be learned, and a recommender that learns it at once."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.event_weights import Kind
from shop.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations import tower_model
from tests.recommendations.shopping import act


@pytest.fixture
def quick_model(monkeypatch):
    """A stand-in for DMF that fits in a millisecond."""
    tower_model.install(monkeypatch)


@pytest.fixture
def checkerboard(db, quick_model) -> list[Product]:
    """Two tastes: ten shoppers view products 0-3, ten view 4-7, each leaving one out. Returns the products."""
    moment = timezone.now() - timedelta(hours=1)
    products = ProductFactory.create_batch(8, category=CategoryFactory())
    for number in range(20):
        taste = products[:4] if number % 2 == 0 else products[4:]
        for place, product in enumerate(taste):
            if place != number // 2 % 4:
                act(Kind.VIEW, product, shopper=uuid.UUID(int=number + 1), occurred_at=moment)
    return products
