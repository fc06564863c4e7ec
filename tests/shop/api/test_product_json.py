"""What is written by hand is what the serializer declares."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile

from shop.api.product_json import ProductJson
from shop.api.serializers import ProductSerializer
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def assert_same(product, request):
    product = type(product).objects.for_card().get(pk=product.pk)

    assert ProductJson(request).write(product) == ProductSerializer(product, context={"request": request}).data


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"price": None, "list_price": Decimal("1234567.5")},
        {"stock": 0, "external_id": "B00-1", "rating_sum": 9, "rating_count": 2},
        {"is_published": False, "image_url": "https://img.example.com/ä b.jpg?x=1&y=%20"},
        {"slug": "a_b-C9", "title": "A “quoted” <title>", "brand": "Åse"},
    ],
    ids=["plain", "without price", "sold out", "with a picture's address", "odd words"],
)
def test_written_by_hand_it_is_the_same(rf, category, changes):
    product = ProductFactory.create(category=category, **changes)

    assert_same(product, rf.get("/", headers={"host": "localhost:8000"}))
    assert_same(product, rf.get("/", secure=True))
    assert_same(product, None)


def test_an_uploaded_picture_has_an_address_of_this_host(rf, category):
    product = ProductFactory.create(category=category)
    product.image.save("red lamp.jpg", ContentFile(b"no real picture"))

    assert_same(product, rf.get("/"))
