"""Addresses for many products at once."""

import pytest

from shop.catalogue.models import Product
from shop.catalogue.services.product_slugs import set_free_slugs
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_the_title_when_free_else_with_the_id_else_with_the_key(django_assert_num_queries):
    ProductFactory(slug="desk-lamp")
    ProductFactory(slug="floor-lamp")
    ProductFactory(slug="floor-lamp-b2")
    products = [
        Product(title="Desk Lamp", external_id="B1"),
        Product(title="Floor Lamp", external_id="B2"),
        Product(title="Café Lamp", external_id="B3"),
        Product(title="Café Lamp!", external_id="B/4"),
        Product(title="灯", external_id="B5"),
        Product(title="灯", external_id=None),
    ]

    with django_assert_num_queries(1):
        set_free_slugs(products)

    assert [product.slug for product in products] == [
        "desk-lamp-b1",
        f"floor-lamp-{products[1].pk.hex}",
        "cafe-lamp",
        "cafe-lamp-b4",
        "product",
        f"product-{products[5].pk.hex}",
    ]


@pytest.mark.parametrize(
    ("title", "slug"),
    [("word " * 30, "-".join(["word"] * 20)), ("w" * 200, "w" * 100), ("a" * 60 + " " + "b" * 60, "a" * 60)],
)
def test_a_long_title_is_cut_between_words(title, slug):
    product = Product(title=title, external_id="B1")

    set_free_slugs([product])

    assert product.slug == slug


def test_slugs_fit_the_column():
    products = [Product(title="word " * 200, external_id="x" * 64) for _ in range(3)]

    set_free_slugs(products)

    assert len({product.slug for product in products}) == 3
    assert all(len(product.slug) <= 160 for product in products)
    assert not any("--" in product.slug for product in products)
