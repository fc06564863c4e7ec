"""Products and categories: their values, the constraints of the database, and lists that SQLite reads in an index."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, Min

from shop.catalogue.models import Category, Product, ProductQuerySet, has_small, small_name
from tests.factories import CategoryFactory, ProductFactory
from tests.shop.plans import plan

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


def shown(products: ProductQuerySet) -> dict:
    """Return the queries of a list that can be narrowed (shop/catalogue/lists), except that of its page."""
    return {
        "brands": products.values("brand").annotate(count=Count("*")).order_by("-count", "brand"),
        "prices": products.values("is_published").annotate(lowest=Min("price"), highest=Max("price")),
        "filtered": products.purchasable().filter(price__gte=5).values("is_published").annotate(count=Count("*")),
    }


@pytest.mark.parametrize("what", ["brands", "prices", "filtered"])
def test_facets_and_counts_of_a_category_are_read_in_an_index_alone(shelves, what):
    products = Product.objects.published().in_category(shelves["Audio"]).order_by()

    assert "SEARCH shop_product USING COVERING INDEX product_facets (category_id=?" in plan(shown(products)[what])


@pytest.mark.parametrize(("what", "index"), [("brands", "product_brands"), ("prices", "product_by_price")])
def test_facets_of_the_whole_shop_too(shelves, what, index):
    products = Product.objects.published().of_whole_shop().order_by()

    assert f"SEARCH shop_product USING COVERING INDEX {index} (is_published=?)" in plan(shown(products)[what])


@pytest.mark.parametrize(
    ("order", "index"),
    [
        (("-rating_sum", "id"), "product_by_popularity"),
        (("-created_at", "id"), "product_by_age"),
        (("price", "id"), "product_by_price"),
        (("-price", "-id"), "product_by_price"),
    ],
)
def test_lists_of_the_whole_shop_are_walked_in_their_order(shelves, order, index):
    found = plan(Product.objects.published().of_whole_shop().for_card().order_by(*order)[:25])

    assert f"SEARCH shop_product USING INDEX {index} (is_published=?" in found
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize("order", ["-rating_sum", "-created_at", "price"])
def test_lists_of_a_category_read_that_category_alone(shelves, order):
    """Not all products in their order until enough of the category are found: of a small one that may be never."""
    found = plan(Product.objects.published().in_category(shelves["Audio"]).for_card().order_by(order, "id")[:24])

    assert "(category_id=?" in found
    assert "is_published=?" not in found.replace("category_id=? AND is_published=?", "")


def test_the_small_size_lies_beside_the_large_one():
    assert small_name("products/fetched/ab/cd-600.webp") == "products/fetched/ab/cd-300.webp"


def test_only_pictures_brought_to_sizes_have_a_small_one():
    assert has_small("products/fetched/ab/cd-600.webp")
    assert has_small("products/uploaded/ab/cd-600.webp")
    assert not has_small("products/lamp.png")
    assert not has_small("products/demo/kettle-600.webp")
    assert not has_small("products/fetched/ab/cd.webp")
    assert not has_small("")
