"""A small catalogue with a version made of it."""

import pytest

from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import publish


@pytest.fixture
def products():
    """Eight products of two categories: 0, 2, 4, 6 point one way, 1, 3, 5, 7 the other."""
    categories = [CategoryFactory(name="Lamps"), CategoryFactory(name="Tools")]
    return [
        ProductFactory(category=categories[number % 2], rating_sum=number, rating_count=number and 1 + number // 5)
        for number in range(8)
    ]


@pytest.fixture
def published(products):
    return publish(products, [[1, 0.1 * n] if n % 2 == 0 else [0.1 * n, 1] for n in range(8)])
