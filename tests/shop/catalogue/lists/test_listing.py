"""Narrowing, sorting and paging a list of products: exact order, and nonsense ignored."""

import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from shop.catalogue.lists import listing as listing_module
from shop.catalogue.lists import preference_order
from shop.catalogue.lists.listing import PAGE_SIZE, listing
from shop.catalogue.models import Product
from shop.search import search_products
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


@pytest.fixture
def many(category):
    """60 products, by popularity: the first has 60 ratings of one star."""
    return [
        ProductFactory.create(category=category, title=f"Lamp {n}", rating_sum=60 - n, rating_count=60 - n)
        for n in range(60)
    ]


def personal(query, products=None, **options):
    asked: dict[str, Any] = {"shopper_id": uuid.UUID(int=7), "address": "/c/lamps/"} | options
    return listing(QueryDict(query), Product.objects.published() if products is None else products, **asked)


def test_for_you_puts_in_front_what_suits_the_shopper(many, taste):
    taste.scores = {many[59].pk: 2.0, many[30].pk: 1.0}

    found = personal("sort=for_you")

    assert [row.title for row in found.page][:4] == ["Lamp 59", "Lamp 30", "Lamp 0", "Lamp 1"]
    assert found.page.paginator.count == 60
    assert found.sort == "for_you"


def test_for_you_is_the_plain_order_for_nobody_and_for_a_stranger(many, taste):
    plain = [row.title for row in personal("").page]
    taste.knows_shopper = False

    assert [row.title for row in personal("sort=for_you").page] == plain
    assert [row.title for row in personal("sort=for_you", shopper_id=None).page] == plain


def test_no_page_repeats_or_loses_a_product_while_the_taste_changes(many, taste):
    shown = []
    for page in (1, 2, 3):
        taste.scores = {product.pk: float((n * page) % 7) for n, product in enumerate(many)}
        shown += [row.title for row in personal(f"sort=for_you&page={page}").page]

    assert sorted(shown) == sorted(product.title for product in many)
    assert len(taste.asked) == 1

    assert personal("sort=for_you").page[0].title == "Lamp 2"  # the first page is made anew: 2 x 3 % 7 is the most
    assert len(taste.asked) == 2


def test_behind_the_window_the_plain_order_goes_on(many, taste, monkeypatch):
    monkeypatch.setattr(preference_order, "WINDOW", 30)
    monkeypatch.setattr(listing_module, "places", lambda products: preference_order.places(products, 30))
    taste.scores = {product.pk: float(n) for n, product in enumerate(many)}

    pages = [[row.title for row in personal(f"sort=for_you&page={page}").page] for page in (1, 2, 3)]

    window = [f"Lamp {n}" for n in range(29, -1, -1)]
    assert sum(pages, []) == window + [f"Lamp {n}" for n in range(30, 60)]


def test_filters_hold_in_the_personal_order_and_have_one_of_their_own(many, taste):
    taste.scores = {many[5].pk: 1.0}
    Product.objects.filter(pk=many[5].pk).update(brand="A")

    assert [row.title for row in personal("sort=for_you&brand=A").page] == ["Lamp 5"]
    assert [row.title for row in personal("sort=for_you&brand=A&page=2").page] == ["Lamp 5"]


def test_a_product_that_goes_is_missed_and_nothing_else(many, taste):
    personal("sort=for_you")
    many[30].delete()

    shown = [row.title for page in (2, 3) for row in personal(f"sort=for_you&page={page}").page]

    assert sorted(shown) == sorted(f"Lamp {n}" for n in range(24, 60) if n != 30)


def test_search_stays_by_relevance_unless_asked_for(many, taste):
    Product.objects.filter(pk=many[59].pk).update(keywords="desk")
    taste.scores = {many[40].pk: 1.0}

    found = search_products("lamp")
    assert personal("q=lamp", found, with_relevance=True).sort == "relevance"
    assert taste.asked == []
    assert personal("q=lamp&sort=for_you", found, with_relevance=True).page[0].title == "Lamp 40"


@pytest.mark.parametrize("size", [3, 60])
def test_the_personal_order_costs_a_constant_number_of_queries_more(many, taste, size, django_assert_num_queries):
    Product.objects.exclude(pk__in=[row.pk for row in many[:size]]).delete()

    with django_assert_num_queries(4):
        list(personal("").page)
    with django_assert_num_queries(6):
        list(personal("sort=for_you").page)
