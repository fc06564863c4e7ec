"""GET products/?ordering=for_you: everything once, whatever happens to the shopper's taste on the way."""

import uuid

import pytest
import time_machine

from accounts.shoppers import TOKEN_HEADER, visitor_token
from shop.api import preference_pagination
from shop.catalogue.lists.preference_order import WINDOW, places
from shop.catalogue.models import Product
from tests.factories import ProductFactory
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db
ADDRESS = "/api/v1/products/?ordering=for_you"


@pytest.fixture
def shelf(category) -> list[str]:
    """50 lamps; returns their ids by popularity."""
    Product.objects.bulk_create(
        Product(
            title=f"Lamp {n}",
            slug=f"lamp-{n}",
            category=category,
            price=5,
            stock=1,
            rating_sum=n % 5,
            rating_count=n % 5,
        )
        for n in range(50)
    )
    return [str(key) for key in Product.objects.by_popularity().values_list("pk", flat=True)]


@pytest.fixture(autouse=True)
def window(monkeypatch) -> int:
    monkeypatch.setattr(preference_pagination, "WINDOW", 20)
    whole = preference_pagination.places
    monkeypatch.setattr(preference_pagination, "places", lambda rows, limit=20: whole(rows, limit))
    return 20


def walk(api, link, before_each=lambda page: None) -> list[list[str]]:
    pages: list[list[str]] = []
    while link:
        before_each(len(pages))
        body = api.get(link).json()
        pages.append([product["id"] for product in body["results"]])
        assert body["previous"] is None
        link = body["next"]
    return pages


def scores(taste, *best: str) -> None:
    taste.scores = {uuid.UUID(key): float(len(best) - n) for n, key in enumerate(best)}


@pytest.mark.parametrize("size", [3, 7, 10, 20, 30, 50, 100])
def test_the_best_of_the_window_come_first_then_the_plain_order(user_api, shelf, taste, size):
    scores(taste, shelf[19], shelf[5])

    pages = walk(user_api, f"{ADDRESS}&limit={size}")

    window = [shelf[19], shelf[5], *(key for key in shelf[:20] if key not in (shelf[19], shelf[5]))]
    assert sum(pages, []) == window + shelf[20:]
    assert {len(page) for page in pages[:-1]} <= {size}


@pytest.mark.parametrize("query", ["", "&q=lamp", "&category={slug}", "&in_stock=true"])
def test_no_page_repeats_or_loses_a_product_while_the_taste_changes(user_api, shelf, taste, category, query):
    def change(page: int) -> None:
        taste.scores = {row.pk: float(hash((page, row.slug)) % 97) for row in Product.objects.all()}

    pages = walk(user_api, f"{ADDRESS}&limit=6{query.format(slug=category.slug)}", change)

    assert [len(page) for page in pages] == [6] * 8 + [2]
    assert sorted(sum(pages, [])) == sorted(shelf)


def test_what_is_left_of_the_window_follows_the_taste_of_the_moment(user_api, shelf, taste):
    first = user_api.get(f"{ADDRESS}&limit=5").json()
    scores(taste, shelf[15], shelf[2])
    second = user_api.get(first["next"]).json()

    assert [product["id"] for product in second["results"]] == [shelf[15], *shelf[5:9]]


def test_a_product_that_comes_or_goes_disturbs_nothing(user_api, shelf, taste, category):
    first = user_api.get(f"{ADDRESS}&limit=5").json()
    Product.objects.get(pk=shelf[10]).delete()
    new = ProductFactory(category=category, rating_sum=500, rating_count=100)

    rest = walk(user_api, first["next"])

    seen = [product["id"] for product in first["results"]] + sum(rest, [])
    assert sorted(seen) == sorted({*shelf, str(new.pk)} - {shelf[10]})


def test_a_stranger_and_a_client_without_a_token_get_the_plain_order(api, shelf, taste):
    scores(taste, shelf[19])
    answer = api.get(ADDRESS)
    assert TOKEN_HEADER not in answer
    assert sum(walk(api, ADDRESS), []) == shelf
    assert taste.asked == []

    taste.knows_shopper = False
    api.credentials(HTTP_X_VISITOR_TOKEN=visitor_token(taste_owner := Product.objects.all()[0].pk))
    assert sum(walk(api, ADDRESS), []) == shelf
    assert {shopper for shopper, _ in taste.asked} == {taste_owner}


def test_a_list_begun_as_somebody_goes_on_for_nobody(api, shelf, taste):
    api.credentials(HTTP_X_VISITOR_TOKEN=visitor_token(Product.objects.all()[0].pk))
    scores(taste, shelf[19])
    first = api.get(f"{ADDRESS}&limit=6").json()
    api.credentials()

    rest = walk(api, first["next"])

    assert sorted([product["id"] for product in first["results"]] + sum(rest, [])) == sorted(shelf)


def test_cursors_are_signed_and_those_of_the_plain_order_are_good_too(user_api, shelf, taste):
    link = user_api.get(f"{ADDRESS}&limit=5").json()["next"]
    made_up = link.replace("cursor=", "cursor=x")
    plain = user_api.get("/api/v1/products/?limit=5").json()["next"]

    assert one_error(user_api.get(made_up), 404) == ("client_error", "not_found", None)
    assert one_error(user_api.get(link.replace("for_you", "price")), 404) == ("client_error", "not_found", None)
    assert user_api.get(f"{plain}&ordering=for_you").json()["results"][0]["id"] == shelf[5]


def test_the_longest_cursor_fits_into_an_address(user_api, category, taste, monkeypatch):
    monkeypatch.setattr(preference_pagination, "WINDOW", WINDOW)
    monkeypatch.setattr(preference_pagination, "places", places)
    Product.objects.bulk_create(
        Product(title=f"Lamp {n}", slug=f"lamp-{n}", category=category, price=5, stock=1) for n in range(WINDOW)
    )

    link = f"{ADDRESS}&limit=80&q=lamp"
    lengths = []
    while link := user_api.get(link).json()["next"]:
        lengths.append(len(link))

    assert len(lengths) == 2
    assert max(lengths) * 239 / 160 < 4094  # what gunicorn takes; 160 marks were in it


def test_an_empty_list_has_no_end_to_go_on_from(user_api, taste):
    assert user_api.get(ADDRESS).json() == {"next": None, "previous": None, "results": []}


@pytest.mark.parametrize("size", [2, 15])
def test_constant_number_of_queries(user_api, shelf, taste, size, django_assert_num_queries):
    user_api.get(ADDRESS)

    with django_assert_num_queries(4):  # session, account, places, products
        user_api.get(f"{ADDRESS}&limit={size}")


def test_the_page_after_is_the_same_a_moment_later(user_api, shelf):
    """Without a model nothing but the cursor could differ."""
    pages = []
    for moment in ("2026-03-01T12:00:00Z", "2026-03-01T12:00:05Z"):
        with time_machine.travel(moment, tick=False):
            pages.append(user_api.get(f"{ADDRESS}&limit=5").content)

    assert pages[0] == pages[1]
    assert b"cursor=" in pages[0]
