"""Query plans of lists on SQLite, which guesses without statistics and must guess well."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models import Count, Max, Min
from django.test.utils import CaptureQueriesContext

from shop.catalogue.models import Product, ProductQuerySet
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def audio():
    """A category with a product and one with a product below it; another category with a product."""
    root = CategoryFactory(name="Audio")
    for category in (root, CategoryFactory(name="Speakers", parent=root), CategoryFactory(name="Garden")):
        ProductFactory(category=category)
    return root


def plan(products: ProductQuerySet) -> str:
    """Return how SQLite runs the query of some products."""
    _require_sqlite()
    return products.explain()


def sorting_plans(request: Callable[[], object]) -> list[str]:
    """Return the plans of those queries of a request that sort rows, where an index in their order is missing."""
    _require_sqlite()
    with CaptureQueriesContext(connection) as log:
        request()
    selects = [query["sql"] for query in log.captured_queries if query["sql"].startswith("SELECT")]
    assert selects
    with connection.cursor() as cursor:
        plans = [
            "\n".join(row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in selects
        ]
    return [steps for steps in plans if "USE TEMP B-TREE FOR ORDER BY" in steps]


def _require_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL decides by its statistics, and a small table it reads as a whole")


def shown(products: ProductQuerySet) -> dict:
    """Return the queries of a list that can be narrowed (shop/catalogue/lists), except that of its page."""
    return {
        "brands": products.values("brand").annotate(count=Count("*")).order_by("-count", "brand"),
        "prices": products.values("is_published").annotate(lowest=Min("price"), highest=Max("price")),
        "filtered": products.purchasable().filter(price__gte=5).values("is_published").annotate(count=Count("*")),
    }


@pytest.mark.parametrize("what", ["brands", "prices", "filtered"])
def test_facets_and_counts_of_a_category_are_read_in_an_index_alone(audio, what):
    products = Product.objects.published().in_category(audio).order_by()

    assert "SEARCH shop_product USING COVERING INDEX product_facets (category_id=?" in plan(shown(products)[what])


@pytest.mark.parametrize(("what", "index"), [("brands", "product_brands"), ("prices", "product_by_price")])
def test_facets_of_the_whole_shop_too(audio, what, index):
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
def test_lists_of_the_whole_shop_are_walked_in_their_order(audio, order, index):
    found = plan(Product.objects.published().of_whole_shop().for_card().order_by(*order)[:25])

    assert f"SEARCH shop_product USING INDEX {index} (is_published=?" in found
    assert "TEMP B-TREE" not in found


@pytest.mark.parametrize("order", ["-rating_sum", "-created_at", "price"])
def test_lists_of_a_category_read_that_category_alone(audio, order):
    """Not all products in their order until enough of the category are found: of a small one that may be never."""
    found = plan(Product.objects.published().in_category(audio).for_card().order_by(order, "id")[:24])

    assert "(category_id=?" in found
    assert "is_published=?" not in found.replace("category_id=? AND is_published=?", "")


@pytest.mark.parametrize("ordering", ["popular", "newest", "price", "-price"])
@pytest.mark.parametrize(
    "narrowed", [{}, {"min_price": 5}, {"max_price": 95}, {"in_stock": "true"}, {"in_stock": "false"}], ids=str
)
def test_no_list_of_the_api_sorts_the_whole_shop(api, audio, ordering, narrowed):
    assert sorting_plans(lambda: api.get("/api/v1/products/", {"ordering": ordering} | narrowed)) == []


def test_no_list_of_the_home_page_sorts_the_catalogue(client, product):
    client.get("/")  # the category tiles are cached from now on

    assert sorting_plans(lambda: client.get("/")) == []
