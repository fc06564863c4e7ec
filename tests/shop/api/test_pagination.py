"""Walking through a list: everything once, in order, in bounded pages, whatever the positions and the cursor."""

import uuid
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing

from shop.catalogue.models import Category, Product
from tests.factories import CategoryFactory
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/products/"


@pytest.fixture
def shelf(category) -> list[str]:
    """130 lamps, most of them without ratings; returns their ids by popularity."""
    products = [
        Product(
            title=f"Lamp {n}", slug=f"lamp-{n}", category=category, price=1 + n % 4, stock=1,
            rating_sum=5 * (n % 10 == 0), rating_count=n % 10 == 0,
        )
        for n in range(130)
    ]  # fmt: skip
    Product.objects.bulk_create(products)
    return [str(key) for key in Product.objects.by_popularity().values_list("pk", flat=True)]


def walk(api, link: str, direction: str = "next") -> list[list[str]]:
    pages = []
    while link:
        body = api.get(link).json()
        pages.append([product["id"] for product in body["results"]])
        link = body[direction]
    return pages


def test_every_product_once_and_in_order(api, shelf):
    pages = walk(api, ADDRESS + "?limit=50")

    assert [len(page) for page in pages] == [50, 50, 30]
    assert sum(pages, []) == shelf


@pytest.mark.parametrize("query", ["ordering=newest", "ordering=price", "ordering=-price", "q=lamp", "category={slug}"])
def test_no_order_loses_or_repeats_a_product(api, shelf, category, query):
    pages = walk(api, f"{ADDRESS}?limit=17&{query.format(slug=category.slug)}")

    assert [len(page) for page in pages] == [17] * 7 + [11]
    assert sorted(sum(pages, [])) == sorted(shelf)


def test_back_is_the_way_that_came(api, shelf):
    first = api.get(ADDRESS, {"limit": 60}).json()
    second = api.get(first["next"]).json()

    assert first["previous"] is None
    assert api.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.parametrize(("limit", "size"), [(None, 24), ("7", 7), ("100", 100)])
def test_a_page_has_the_size_asked_for(api, shelf, limit, size):
    response = api.get(ADDRESS, {"limit": limit} if limit else {})

    assert len(response.json()["results"]) == size


@pytest.mark.parametrize("limit", ["101", "9" * 30, "0", "-1", "x", "²"])
def test_a_size_no_page_has_is_refused(api, shelf, limit):
    assert one_error(api.get(ADDRESS, {"limit": limit}), 400) == ("validation_error", "invalid", "limit")


def cursor_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["cursor"][0]


@pytest.mark.parametrize("cursor", ["", "x", "cD0x", "cD1hYmM%3D", "\x00", "a:b:c", "🙂", "x" * 5000])
def test_a_made_up_cursor_is_a_404(api, shelf, cursor):
    response = api.get(ADDRESS, {"cursor": cursor})

    assert response.status_code == 404
    assert response.json()["errors"][0]["code"] == "not_found"


def test_a_cursor_belongs_to_its_order(api, shelf):
    cursor = cursor_of(api.get(ADDRESS).json()["next"])

    assert api.get(ADDRESS, {"cursor": cursor}).status_code == 200
    assert api.get(ADDRESS, {"cursor": cursor, "ordering": "newest"}).status_code == 404
    assert api.get(ADDRESS, {"cursor": cursor, "q": "lamp"}).status_code == 404
    assert api.get("/api/v1/categories/", {"cursor": cursor}).status_code == 404


def test_a_cursor_signed_for_something_else_is_a_404(api, shelf):
    token = signing.dumps([0, False, "5"], salt="accounts.visitor")

    assert api.get(ADDRESS, {"cursor": token}).status_code == 404


def test_a_cursor_of_before_they_had_no_time_is_a_404(api, shelf):
    token = signing.dumps([False, [0, shelf[0]]], salt="shop.api.cursor:-rating_sum,id")

    assert api.get(ADDRESS, {"cursor": token}).status_code == 404


def test_categories_are_paged_too(api):
    for n in range(5):
        Category.objects.add_root(instance=Category(name=f"Category {n}", slug=str(uuid.uuid4())))

    first = api.get("/api/v1/categories/", {"limit": 3}).json()
    second = api.get(first["next"]).json()

    assert [node["name"] for node in first["results"] + second["results"]] == [f"Category {n}" for n in range(5)]
    assert second["next"] is None


def test_categories_name_their_parents_in_two_pages_without_more_queries(api, django_assert_num_queries):
    top = CategoryFactory(name="Top", slug="top")
    child = CategoryFactory(name="Child", slug="child", parent=top)
    CategoryFactory(name="Grandchild", slug="grandchild", parent=child)

    with django_assert_num_queries(1):
        nodes = api.get("/api/v1/categories/").json()["results"]

    assert [(node["name"], node["parent_id"], node["depth"]) for node in nodes] == [
        ("Top", None, 1),
        ("Child", str(top.pk), 2),
        ("Grandchild", str(child.pk), 3),
    ]
