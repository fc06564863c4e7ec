"""Narrowing, sorting and paging a list of products: exact order, and nonsense ignored."""

from decimal import Decimal

import pytest
from django.http import QueryDict

from shop.listing import PAGE_SIZE, listing
from shop.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(category):
    """Five products whose titles say what they are good for in these tests."""
    rows: list[tuple[str, str, str | None, int, int, int]] = [
        ("cheap", "A", "5.00", 1, 0, 0),
        ("lone five", "B", "20.00", 10, 5, 1),
        ("loved", "A", "30.00", 10, 470, 100),
        ("sold out", "B", "40.00", 0, 0, 0),
        ("no price", "", None, 10, 480, 160),
    ]
    return [
        ProductFactory.create(
            category=category,
            title=title,
            brand=brand,
            price=price and Decimal(price),
            stock=stock,
            rating_sum=rating_sum,
            rating_count=rating_count,
        )
        for title, brand, price, stock, rating_sum, rating_count in rows
    ]


def shown(query, **options):
    return [product.title for product in listing(QueryDict(query), Product.objects.published(), **options).page]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("sort=popular", ["no price", "loved", "lone five"]),
        ("sort=rating", ["loved", "lone five"]),
        ("sort=price", ["cheap", "lone five", "loved", "sold out", "no price"]),
        ("sort=-price", ["sold out", "loved", "lone five", "cheap", "no price"]),
        ("sort=newest", ["no price", "sold out", "loved", "lone five", "cheap"]),
    ],
)
def test_sorts(shelf, query, titles):
    assert shown(query)[: len(titles)] == titles


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("", {"cheap", "lone five", "loved", "sold out", "no price"}),
        ("brand=A", {"cheap", "loved"}),
        ("brand=A&brand=B", {"cheap", "lone five", "loved", "sold out"}),
        ("brand=unknown", set()),
        ("min_price=20", {"lone five", "loved", "sold out"}),
        ("max_price=20", {"cheap", "lone five"}),
        ("min_price=10&max_price=35&brand=A", {"loved"}),
        ("in_stock=1", {"cheap", "lone five", "loved"}),
        ("min_price=50&max_price=10", set()),
    ],
)
def test_narrows(shelf, query, titles):
    assert set(shown(query)) == titles


@pytest.mark.parametrize(
    "query",
    [
        "min_price=abc",
        "min_price=-1",
        "min_price=NaN",
        "max_price=Infinity",
        "max_price=1e999",
        "min_price=%D9%A1abc",
        "brand=%00",
        "sort=nonsense",
        "sort=password",
        "page=abc",
        "page=-1",
        "page=9999",
    ],
)
def test_nonsense_is_ignored(shelf, query):
    assert len(shown(query)) == 5


def test_price_that_is_none_is_reported(shelf):
    found = listing(QueryDict("min_price=abc&brand=A"), Product.objects.published())

    assert list(found.form.errors) == ["min_price"]
    assert {product.title for product in found.page} == {"cheap", "loved"}


def test_given_order_is_kept_when_it_is_relevance(shelf):
    by_title = Product.objects.order_by("-title")

    found = listing(QueryDict(""), by_title, with_relevance=True)

    assert [product.title for product in found.page] == sorted((each.title for each in shelf), reverse=True)
    assert found.sort == "relevance"
    assert listing(QueryDict(""), by_title).sort == "popular"


def test_facets_are_of_the_whole_list(shelf):
    found = listing(QueryDict("brand=A&max_price=5"), Product.objects.published())

    assert [(entry.brand, entry.count) for entry in found.facets.brands] == [("A", 2), ("B", 2)]
    assert (found.facets.lowest_price, found.facets.highest_price) == (Decimal("5.00"), Decimal("40.00"))
    assert found.chosen_brands == ["A"]


def test_each_choice_knows_the_list_without_it(shelf):
    found = listing(QueryDict("q=x&brand=A&brand=B&min_price=5&in_stock=1&page=2&sort=price"), Product.objects.all())

    assert [(choice.label, choice.without) for choice in found.choices] == [
        ("A", "?q=x&brand=B&min_price=5&in_stock=1&sort=price"),
        ("B", "?q=x&brand=A&min_price=5&in_stock=1&sort=price"),
        ("From 5", "?q=x&brand=A&brand=B&in_stock=1&sort=price"),
        ("In stock", "?q=x&brand=A&brand=B&min_price=5&sort=price"),
    ]


def test_pages(category, django_assert_num_queries):
    ProductFactory.create_batch(PAGE_SIZE + 3, category=category)

    with django_assert_num_queries(4):
        first = listing(QueryDict(""), Product.objects.published())
        held = {product.category.name for product in first.page}
    second = listing(QueryDict("page=2"), Product.objects.published())

    assert held == {category.name}
    assert (len(first.page), len(second.page)) == (PAGE_SIZE, 3)
    assert {each.pk for each in first.page}.isdisjoint(each.pk for each in second.page)
