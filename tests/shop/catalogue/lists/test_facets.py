"""Facets of a list of products."""

from decimal import Decimal

from shop.catalogue.lists.facets import BrandCount, Facets, facets
from shop.catalogue.models import Product
from tests.factories import ProductFactory


def test_facets_count_brands_and_span_prices(category, django_assert_num_queries):
    for brand, price in (("Alto", "5"), ("Alto", "9.50"), ("Basso", "1"), ("", "20")):
        ProductFactory(brand=brand, price=Decimal(price), category=category)
    ProductFactory(brand="Basso", price=None, category=category)
    ProductFactory(brand="Cor", category=category, is_published=False)

    with django_assert_num_queries(2):
        found = facets(Product.objects.published().in_category(category).by_popularity())

    assert found == Facets([BrandCount("Alto", 2), BrandCount("Basso", 2)], Decimal("1.00"), Decimal("20.00"))
    assert facets(Product.objects.all(), brands=1).brands == [BrandCount("Alto", 2)]
    assert facets(Product.objects.none()) == Facets([], None, None)
