"""Prepared queries give what the ORM gives."""

import uuid
from decimal import Decimal

import pytest

from shop.catalogue.models import Product
from shop.catalogue.prepared import PreparedQuery
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
