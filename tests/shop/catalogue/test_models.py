"""Products and categories: their values, and the constraints of the database."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from shop.catalogue.models import Category, Product, has_small, small_name
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("stars", "count", "rating"), [(0, 0, None), (5, 1, 5.0), (7, 2, 3.5)])
def test_the_rating_is_the_mean(stars, count, rating):
    assert Product(rating_sum=stars, rating_count=count).rating == rating


@pytest.mark.parametrize(
    ("fields", "purchasable"),
    [({}, True), ({"stock": 0}, False), ({"price": None}, False), ({"is_published": False}, False)],
)
def test_both_ways_to_ask_whether_it_can_be_bought_agree(category, fields, purchasable):
    product = ProductFactory(category=category, **fields)

    assert product.is_purchasable is purchasable
    assert Product.objects.purchasable().exists() is purchasable


@pytest.mark.parametrize(
    "values",
    [
        {"stock": -1},
        {"price": Decimal(0)},
        {"price": Decimal(-1)},
        {"rating_sum": 1},
        {"rating_sum": 6, "rating_count": 1},
        {"rating_sum": 1, "rating_count": 2},
    ],
)
def test_the_database_refuses_what_cannot_be(product, values):
    before = Product.objects.values().get()

    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.update(**values)

    assert Product.objects.values().get() == before


def test_a_category_with_products_cannot_be_deleted(product):
    with pytest.raises(IntegrityError):
        Category.objects.all().delete()

    assert Product.objects.exists()


def test_in_category_takes_what_lies_below_but_not_beside():
    lamps = CategoryFactory(name="Lamps")
    desk = CategoryFactory(name="Desk", parent=lamps)
    below, inside = ProductFactory(category=desk), ProductFactory(category=lamps)
    ProductFactory(category=CategoryFactory(name="Rugs"))
    lamps.refresh_from_db()
    desk.refresh_from_db()

    assert set(Product.objects.in_category(lamps)) == {below, inside}
    assert set(Product.objects.in_category(desk)) == {below}


def test_most_stars_come_first(category):
    for stars, count in ((8, 2), (9, 3), (5, 1)):
        ProductFactory(category=category, rating_sum=stars, rating_count=count)

    assert list(Product.objects.by_popularity().values_list("rating_sum", flat=True)) == [9, 8, 5]


@pytest.fixture
def shelves():
    """A root, a category below it with one below that, and another root; a product in each, one of them hidden."""
    root, other = CategoryFactory(name="Audio"), CategoryFactory(name="Garden")
    below = CategoryFactory(name="Speakers", parent=root)
    deepest = CategoryFactory(name="Soundbars", parent=below)
    for category in (root, below, deepest, other):
        ProductFactory(category=category, title=category.name)
    ProductFactory(category=below, title="Hidden", is_published=False)
    return {category.name: category for category in (root, below, deepest, other)}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Audio", {"Audio", "Speakers", "Soundbars"}),
        ("Speakers", {"Speakers", "Soundbars"}),
        ("Soundbars", {"Soundbars"}),
        ("Garden", {"Garden"}),
    ],
)
def test_a_category_holds_what_is_below_it(shelves, name, found):
    products = Product.objects.published().in_category(shelves[name])

    assert set(products.values_list("title", flat=True)) == found
    assert products.count() == len(found)


def test_the_whole_shop_is_what_is_published(shelves):
    whole = Product.objects.published().of_whole_shop()

    assert list(whole.by_popularity()) == list(Product.objects.published().by_popularity())
    assert whole.count() == 4


def test_the_small_size_lies_beside_the_large_one():
    assert small_name("products/fetched/ab/cd-600.webp") == "products/fetched/ab/cd-300.webp"


def test_only_pictures_brought_to_sizes_have_a_small_one():
    assert has_small("products/fetched/ab/cd-600.webp")
    assert has_small("products/uploaded/ab/cd-600.webp")
    assert not has_small("products/lamp.png")
    assert not has_small("products/demo/kettle-600.webp")
    assert not has_small("products/fetched/ab/cd.webp")
    assert not has_small("")
