"""The search index on PostgreSQL."""

import pytest
from django.db import connection

from shop.catalogue.models import Product
from shop.search import search_products
from tests.factories import ProductFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]


def indexed() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM shop_search")
        return cursor.fetchone()[0]


def test_emptying_the_table_empties_the_index(product):
    assert indexed() == 1

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still open cannot be emptied
        cursor.execute("TRUNCATE shop_product CASCADE")

    assert indexed() == 0


def test_a_description_beyond_a_tsvectors_limit_can_be_saved(category):
    product = ProductFactory(description=" ".join(f"word{n}" for n in range(400_000)), category=category)

    assert list(search_products("word7")) == [product]
    assert Product.objects.get().description.endswith("word399999")


def test_words_can_be_looked_up_in_the_gin_index(product):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")  # one row would be read rather than looked up
        cursor.execute("EXPLAIN SELECT 1 FROM shop_search WHERE document @@ to_tsquery('shop_words', 'product')")
        plan = "".join(row[0] for row in cursor.fetchall())

    assert "Bitmap Index Scan on shop_search_by_word" in plan
