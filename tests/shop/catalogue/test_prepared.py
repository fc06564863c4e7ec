"""Prepared queries give what the ORM gives."""

import uuid
from decimal import Decimal

import pytest

from shop.catalogue.models import Product
from shop.catalogue.prepared import LENGTHS, PRODUCT_COLUMNS, PreparedQuery, published_cards
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

COLUMNS = ("id", "price", "is_published", "created_at", "category__name")


def prepared(rows, n_keys: int) -> PreparedQuery:
    return PreparedQuery.of(rows.order_by(), COLUMNS, alias="default", n_keys=n_keys)


def test_rows_are_those_of_the_orm_with_their_types(category):
    products = [ProductFactory.create(category=category, price=price) for price in (Decimal("9.90"), None)]
    keys = [product.pk for product in products]

    rows = prepared(Product.objects.all(), 4).rows([*keys, uuid.uuid4()])

    assert sorted(map(tuple, rows)) == sorted(Product.objects.filter(pk__in=keys).values_list(*COLUMNS))


def test_conditions_of_the_queryset_stay(category):
    first, hidden = ProductFactory.create(category=category), ProductFactory.create(is_published=False)
    sold_out = ProductFactory.create(stock=0)

    query = prepared(Product.objects.purchasable(), 3)

    assert [row[0] for row in query.rows([first.pk, hidden.pk, sold_out.pk])] == [first.pk]
    assert query.rows([hidden.pk]) == []


def test_one_query_each_time(category, django_assert_num_queries):
    product = ProductFactory.create(category=category)
    query = prepared(Product.objects.all(), 2)

    for _ in range(2):
        with django_assert_num_queries(1):
            assert len(query.rows([product.pk])) == 1


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


def test_a_change_of_a_card_shows_in_the_next_call(category):
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
