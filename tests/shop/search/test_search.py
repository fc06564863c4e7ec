"""Searching on SQLite; tests/postgresql runs the same file on PostgreSQL."""

from operator import attrgetter

import pytest
from django.db import connection

from shop.cart.services import add_to_cart
from shop.catalogue.lists.facets import BrandCount, facets
from shop.catalogue.models import Product
from shop.search import search_products
from shop.search.index import refill
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


def titles(query: str, products=None) -> list[str]:
    return [product.title for product in search_products(query, products)]


@pytest.fixture
def lamps():
    return CategoryFactory(name="Lamps", slug="lamps")


@pytest.mark.parametrize("field", ["title", "brand", "keywords", "description"])
def test_every_text_is_searched(field, category):
    ProductFactory(title="Other", category=category)
    product = ProductFactory(**{"title": "Thing", "category": category, field: "about zebras here"})

    assert list(search_products("zebra")) == [product]


def test_the_category_is_searched(lamps):
    ProductFactory(title="Shade", category=lamps)

    assert titles("lamp shade") == ["Shade"]


@pytest.mark.parametrize(
    "query", ["LAMP", "lamps", "la", "  lamp!?  ", "lamp, desk", "desk-lamp", "café lam", "CAFE DE"]
)
def test_case_endings_accents_and_punctuation_do_not_matter(query, category):
    product = ProductFactory(title="Desk lamp “Cafe\u0301”", category=category)
    ProductFactory(title="Rug", category=category)

    assert list(search_products(query)) == [product]


def test_every_word_must_be_there_and_only_the_last_may_be_a_beginning(category):
    for title in ("Red lamp", "Red rug", "Reddish lamp"):
        ProductFactory(title=title, category=category)

    assert titles("red lamp") == ["Red lamp"]
    assert sorted(titles("lamp red")) == ["Red lamp", "Reddish lamp"]
    assert titles("blue lamp") == []


def test_common_words_can_be_looked_for(category):
    ProductFactory(title="The Who, live", category=category)
    ProductFactory(title="Live", category=category)

    assert titles("the who") == ["The Who, live"]


def test_a_word_in_the_title_counts_more_than_one_further_down(category):
    for title, description in (("Rug", "goes with a lamp"), ("Lamp", "goes with a rug"), ("Chair", "")):
        ProductFactory(title=title, description=description, category=category)

    assert titles("lamp") == ["Lamp", "Rug"]
    assert titles("rug") == ["Rug", "Lamp"]
    best, second = map(attrgetter("relevance"), search_products("lamp"))
    assert best > second


def test_equal_matches_come_by_popularity(category):
    for stars in (3, 9, 6):
        ProductFactory(title="Lamp", slug=f"lamp-{stars}", rating_sum=stars, rating_count=3, category=category)

    assert [product.rating_sum for product in search_products("lamp")] == [9, 6, 3]


def test_hidden_products_are_not_found(category):
    ProductFactory(title="Lamp", is_published=False, category=category)

    assert titles("lamp") == []


@pytest.mark.parametrize("query", ["", "   ", "!?", '"', "\x00", "_"])
def test_no_word_finds_nothing(query, product):
    assert titles(query) == []


@pytest.mark.parametrize(
    "query",
    [
        'lamp"', "lamp' OR 1=1 --", "lamp AND", "NOT lamp", "lamp*", "title:lamp", "(lamp", "lamp)", "^lamp", "-lamp",
        "NEAR(lamp, 2)", "lamp:*", "lamp & | !", "{lamp}", "lamp\x00", "\\lamp", "lamp\\", "ﬃ ½ ㎏ lamp ŉ", "🙂 lamp",
        "\ud800 lamp", "%lamp_", "lamp " * 2000, "x" * 10_000, "' " * 5000,
    ],
)  # fmt: skip
def test_any_text_is_safe(query, category):
    ProductFactory(title="Lamp", category=category)

    assert titles(query) in ([], ["Lamp"])


def test_operators_are_only_words(category):
    ProductFactory(title="Lamp", category=category)
    ProductFactory(title="Not a lamp or near", category=category)

    assert titles("NOT lamp") == ["Not a lamp or near"]
    assert titles("rug OR lamp") == []


def test_other_alphabets(category):
    product = ProductFactory(title="Настольная Лампа 台灯", category=category)

    assert list(search_products("лампа")) == [product]
    assert list(search_products("台")) == [product]


def test_it_can_be_narrowed_counted_sliced_and_used_within(lamps, django_assert_num_queries):
    other = CategoryFactory(name="Zoo")  # sorts after Lamps, whose path therefore stays
    found = [ProductFactory(title=f"Lamp {n}", brand="Alto", category=lamps, price=n + 1) for n in range(3)]
    ProductFactory(title="Lamp elsewhere", category=other)

    within = search_products("lamp", Product.objects.in_category(lamps).for_card())
    assert {product.pk for product in within} == {product.pk for product in found}
    with django_assert_num_queries(1):
        assert within.all().count() == 3
    assert len(within[1:]) == 2
    assert list(search_products("lamp").filter(price__lt=2)) == [found[0]]
    assert list(search_products("lamp").exclude(category=lamps).values_list("title", flat=True)) == ["Lamp elsewhere"]
    assert Product.objects.filter(pk__in=within.values("pk")).count() == 3
    assert facets(within).brands == [BrandCount("Alto", 3)]
    assert (facets(within).lowest_price, facets(within).highest_price) == (1, 3)
    with django_assert_num_queries(1):
        assert [product.category.name for product in within.all()] == ["Lamps"] * 3


def test_saved_created_updated_and_deleted_one_by_one(category):
    product = ProductFactory(title="Lamp", category=category)
    assert titles("lamp") == ["Lamp"]

    product.title = "Rug"
    product.save()
    assert (titles("lamp"), titles("rug")) == ([], ["Rug"])

    product.delete()
    assert titles("rug") == []


def test_bulk_writes_are_followed(category):
    products = [Product(title=f"Lamp {n}", slug=f"lamp-{n}", category=category) for n in range(3)]
    Product.objects.bulk_create(products)
    assert len(titles("lamp")) == 3

    Product.objects.filter(slug="lamp-0").update(title="Rug")
    for product in products[1:]:
        product.keywords = "bright"
    Product.objects.bulk_update(products[1:], ["keywords"])
    assert sorted(titles("bright")) == ["Lamp 1", "Lamp 2"]
    assert titles("rug") == ["Rug"]

    renamed = [Product(title="Torch", slug="lamp-1", category=category)]
    Product.objects.bulk_create(renamed, update_conflicts=True, unique_fields=["slug"], update_fields=["title"])
    assert titles("torch") == ["Torch"]

    Product.objects.all().delete()
    assert titles("lamp") == []


def test_a_renamed_category_and_a_move_are_followed(lamps):
    product = ProductFactory(title="Shade", category=lamps)
    lamps.name = "Lights"
    lamps.save()
    assert (titles("lamps"), titles("lights")) == ([], ["Shade"])

    product.category = CategoryFactory(name="Garden")
    product.save()
    assert (titles("lights"), titles("garden")) == ([], ["Shade"])


def test_selling_does_not_touch_the_index(shopper, product):
    add_to_cart(shopper=shopper, product_id=product.pk)
    Product.objects.update(stock=3, price=5, rating_sum=9, rating_count=3)

    assert titles(product.title) == [product.title]


def test_rebuilding_changes_nothing_that_was_right(lamps):
    ProductFactory(title="Lamp", category=lamps)
    ProductFactory(title="Rug")
    before = titles("lamp")

    refill(connection)
    refill(connection)

    assert titles("lamp") == before == ["Lamp"]
