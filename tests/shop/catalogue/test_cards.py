"""Cards by id: what the ORM gives, with one query and without writing it anew."""

import uuid
from decimal import Decimal

import pytest

from shop.catalogue.cards import LENGTHS, PRODUCT_COLUMNS, published_cards
from shop.catalogue.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def test_each_product_is_what_the_orm_gives(category, django_assert_num_queries):
    products = [
        ProductFactory.create(category=category, price=Decimal("12.30"), list_price=None, brand="Åse"),
        ProductFactory.create(category=category, price=None, rating_sum=9, rating_count=2),
        ProductFactory.create(stock=0, image_url="https://img.example.com/1.jpg"),
    ]
    expected = {product.pk: product for product in Product.objects.for_card()}

    with django_assert_num_queries(1):
        found = published_cards([product.pk for product in products])
        shown = {
            pk: ([getattr(product, name) for name in PRODUCT_COLUMNS], product.category.name, product.category.slug)
            for pk, product in found.items()
        }

    assert shown == {
        pk: ([getattr(product, name) for name in PRODUCT_COLUMNS], product.category.name, product.category.slug)
        for pk, product in expected.items()
    }
    assert {type(value) for value in shown[products[0].pk][0]} >= {uuid.UUID, Decimal, str, int, bool}


def test_other_columns_are_read_when_asked_for(category):
    product = ProductFactory.create(category=category, description="Long words")

    found = published_cards([product.pk])[product.pk]

    assert found.description == "Long words"
    assert found.category.depth == category.depth


def test_hidden_and_unknown_ones_are_left_out_and_repeated_ids_come_once(category):
    shown, hidden = ProductFactory.create(category=category), ProductFactory.create(is_published=False)

    assert list(published_cards([shown.pk, hidden.pk, uuid.uuid4(), shown.pk])) == [shown.pk]
    assert published_cards([]) == {}


def test_a_change_shows_in_the_next_call(category):
    product = ProductFactory.create(category=category, stock=1)
    assert published_cards([product.pk])[product.pk].is_purchasable

    Product.objects.update(stock=0)

    assert not published_cards([product.pk])[product.pk].is_purchasable


def test_more_ids_than_the_longest_query_takes(category, django_assert_num_queries):
    product = ProductFactory.create(category=category)
    many = [uuid.uuid4() for _ in range(LENGTHS[-1])]

    with django_assert_num_queries(2):
        assert list(published_cards([*many, product.pk])) == [product.pk]


def test_the_columns_are_in_the_models_order():
    order = [field.attname for field in Product._meta.concrete_fields]

    assert sorted(PRODUCT_COLUMNS, key=order.index) == list(PRODUCT_COLUMNS)
