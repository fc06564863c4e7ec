"""The JSON of a product: exact values, and the fields that the serializer declares."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from shop.api.product_json import ProductJson
from shop.api.serializers import ProductSerializer
from shop.catalogue.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def written(product, request) -> dict:
    return ProductJson(request).write(Product.objects.for_card().get(pk=product.pk))


def test_every_field(rf, category):
    product = ProductFactory.create(category=category, title="A “quoted” <title>", slug="a_b-C9", brand="Åse")

    assert written(product, rf.get("/", headers={"host": "localhost:8000"})) == {
        "id": str(product.pk),
        "external_id": None,
        "title": "A “quoted” <title>",
        "slug": "a_b-C9",
        "brand": "Åse",
        "category": {"id": str(category.pk), "name": category.name, "slug": category.slug},
        "price": "20.00",
        "list_price": None,
        "currency": "USD",
        "in_stock": True,
        "rating": None,
        "rating_count": 0,
        "picture_url": None,
        "pictures": [],
        "url": "http://localhost:8000/p/a_b-C9/",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            {"price": None, "list_price": Decimal("1234567.5")},
            {"price": None, "list_price": "1234567.50", "in_stock": False},
        ),
        (
            {"stock": 0, "external_id": "B00-1", "rating_sum": 9, "rating_count": 2},
            {"in_stock": False, "external_id": "B00-1", "rating": 4.5, "rating_count": 2},
        ),
        (
            {"is_published": False, "image_url": "https://img.example.com/ä b.jpg?x=1&y=%20"},
            {
                "in_stock": False,
                "picture_url": "https://img.example.com/%C3%A4%20b.jpg?x=1&y=%20",
                "pictures": [{"url": "https://img.example.com/%C3%A4%20b.jpg?x=1&y=%20", "width": None}],
            },
        ),
    ],
    ids=["without price", "sold out", "with a picture's address"],
)
def test_values_that_vary(rf, category, changes, expected):
    shown = written(ProductFactory.create(category=category, **changes), rf.get("/"))

    assert {name: shown[name] for name in expected} == expected


def test_addresses_follow_the_request(rf, category):
    product = ProductFactory.create(category=category, slug="lamp")

    assert written(product, rf.get("/", secure=True))["url"] == "https://testserver/p/lamp/"
    assert written(product, None)["url"] == "/p/lamp/"


def test_an_uploaded_picture_has_an_address_of_this_host(rf, category):
    product = ProductFactory.create(category=category)
    product.image.save("red lamp.jpg", ContentFile(b"no real picture"))
    product.refresh_from_db()

    shown = written(product, rf.get("/"))

    assert shown["picture_url"] == f"http://testserver{product.image.url}"
    assert shown["pictures"] == [{"url": shown["picture_url"], "width": None}]


def test_without_a_request_addresses_are_as_the_product_has_them(category):
    product = ProductFactory.create(category=category, image_url="https://img.example.com/ä b.jpg")

    assert written(product, None)["picture_url"] == "https://img.example.com/ä b.jpg"


def test_the_fields_are_those_that_the_serializer_declares(rf, product):
    request = rf.get("/")

    assert list(written(product, request)) == list(ProductSerializer().fields)
    assert ProductSerializer(product, context={"request": request}).data == written(product, request)
