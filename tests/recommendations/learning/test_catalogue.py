"""Reading the catalogue for a training."""

import pytest

from recommendations.learning.catalogue import read_catalogue
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def test_products_and_the_category_tree_become_tables(queries):
    root = CategoryFactory(name="Home")
    below = CategoryFactory(name="Lamps", parent=root)
    other = CategoryFactory(name="Tools")
    products = [
        ProductFactory(category=below, rating_sum=9, rating_count=2),
        ProductFactory(category=other, is_published=False, stock=0, price=None),
    ]
    with queries(2):
        tables = read_catalogue()

    assert len(tables) == 2
    assert sorted(tables.raw_ids) == sorted(product.pk.hex for product in products)
    place = tables.positions()[products[0].pk]
    assert tables.stars[place] == 9
    assert tables.category_ids[tables.item_category[place]] == below.pk.hex
    parents = dict(zip(tables.category_ids, tables.category_parent.tolist(), strict=True))
    assert parents == {root.pk.hex: -1, below.pk.hex: tables.category_ids.index(root.pk.hex), other.pk.hex: -1}


def test_an_empty_catalogue():
    tables = read_catalogue()

    assert (len(tables), tables.category_ids, tables.stars.size) == (0, [], 0)
