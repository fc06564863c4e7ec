"""Addresses that nobody knows, mistakes of the shop and databases that are away, under /api/ and elsewhere."""

import json
import sqlite3

import pytest
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, ProgrammingError
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError
from rest_framework.test import APIClient

from config.api.errors import is_database_away, not_found, server_error
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.selectors import preferences
from shop.api.models import StoredAnswer
from tests.committed_schema import PATHS
from tests.factories import CategoryFactory, ProductFactory
from tests.shop.api.answers import one_error

V1 = "/api/v1"
UNAVAILABLE = {
    "type": "server_error",
    "errors": [
        {
            "code": "unavailable",
            "detail": "This cannot be reached right now, and nothing was changed: try again in some seconds.",
            "attr": None,
        }
    ],
}


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("path", ["/api/nope/", "/api/v1/nope", "/api/v2/products/"])
def test_an_unknown_address_of_the_api(api, method, path, db):
    answer = getattr(api, method)(path)

    assert answer.status_code == 404
    [error] = answer.json()["errors"]
    assert (answer.json()["type"], error["code"], error["attr"]) == ("client_error", "not_found", None)


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
@pytest.mark.parametrize("path", ["/api/v1/events", "/api/v1/cart/items", "/api/schema"])
def test_an_address_without_its_slash_leads_to_the_whole_one(db, method, path):
    answer = getattr(APIClient(enforce_csrf_checks=True), method)(f"{path}?a=1&b=%20")

    assert (answer.status_code, answer["Location"]) == (308, f"{path}/?a=1&b=%20")


def test_what_is_sent_to_an_address_without_its_slash_is_not_lost(api, db):
    product = ProductFactory()

    answer = api.post("/api/v1/cart/items", {"product_id": str(product.pk)}, "json", follow=True)

    assert (answer.status_code, answer.json()["count"]) == (201, 1)


def test_a_host_that_is_not_the_shops(api, client, db):
    answer = api.get("/api/v1/products/", headers={"Host": "evil.example"})

    assert one_error(answer, 400) == ("client_error", "bad_request", None)
    assert client.get("/", headers={"Host": "evil.example"}).headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("path", ["products/", "products/facets/", "recommendations/", "cart/", "predict/rating/"])
def test_more_parameters_than_django_reads(api, db, path):
    answer = api.get(f"/api/v1/{path}?" + "&".join("a=1" for _ in range(1001)))

    assert one_error(answer, 400) == ("client_error", "bad_request", None)


def test_an_unknown_page_is_a_page(client, db):
    answer = client.get("/nope/")

    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_mistake_of_the_shop(rf):
    answer = server_error(rf.get("/api/v1/products/"))

    assert (answer.status_code, json.loads(answer.content)["type"]) == (500, "server_error")
    assert server_error(rf.get("/")).headers["Content-Type"].startswith("text/html")


def test_the_handlers_are_the_sites(rf, db):
    assert not_found(rf.get("/api/x"), Exception()).headers["Content-Type"] == "application/json"


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def sqlite_error(code: int, text: str) -> Exception:
    cause = sqlite3.OperationalError(text)
    cause.sqlite_errorcode = code
    return caused(OperationalError(text), cause)


def fail_with(error: Exception):
    def fail(*_, **__):
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "is_away"),
    [
        (OperationalError("connection refused"), True),
        (InterfaceError("connection already closed"), True),
        (sqlite_error(sqlite3.SQLITE_BUSY, "database is locked"), True),
        (sqlite_error(sqlite3.SQLITE_CANTOPEN, "unable to open database file"), True),
        (caused(DatabaseError(), ServerSelectionTimeoutError("no server")), True),
        (ServerSelectionTimeoutError("no server"), True),
        (sqlite_error(sqlite3.SQLITE_ERROR, "no such table: shop_product"), False),
        (caused(DatabaseError(), OperationFailure("unknown operator")), False),
        (OperationFailure("unknown operator"), False),
        (ProgrammingError("no such column"), False),
        (caused(ProgrammingError(), sqlite3.ProgrammingError("a mistake without a code")), False),
        (IntegrityError("duplicate key"), False),
        (ValueError("a mistake"), False),
        (None, False),
    ],
    ids=str,
)
def test_what_a_database_says_when_it_is_away(error, is_away):
    assert is_database_away(error) is is_away


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("get", "/recommendations/categories/", None),
        ("put", "/recommendations/categories/", "category"),
        ("delete", "/recommendations/categories/", None),
        ("delete", "/recommendations/recently-viewed/", None),
        ("get", "/recommendations/not-interested/", None),
        ("put", "/recommendations/not-interested/{product}/", None),
        ("delete", "/recommendations/not-interested/{product}/", None),
        ("post", "/events/", "event"),
    ],
)
def test_with_the_behaviour_database_away(user_api, db, monkeypatch, caplog, method, path, body):
    product = ProductFactory(category=CategoryFactory())
    bodies = {
        "category": {"categories": [str(product.category_id)]},
        "event": {"kind": "view", "product": str(product.pk)},
        None: None,
    }
    away = fail_with(caused(DatabaseError(), cause := ServerSelectionTimeoutError("no server")))
    for verb in ("of_shoppers", "filter", "bulk_create"):
        monkeypatch.setattr(Interaction.objects, verb, away)
    monkeypatch.setattr("recommendations.behaviour.services.interactions.known_ids", away)
    monkeypatch.setattr(preferences, "read_history", away)
    monkeypatch.setattr("recommendations.behaviour.services.preferences.read_history", away)

    address = V1 + path.format(product=product.pk)
    answer = getattr(user_api, method)(address, bodies[body], "json", headers={"Idempotency-Key": "a"})

    assert (answer.status_code, answer.json()) == (503, UNAVAILABLE)
    assert int(answer.headers["Retry-After"]) > 0
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        f"A database is away, {address} is answered with 503: {cause}"
    ]
    monkeypatch.undo()
    assert (Interaction.objects.count(), StoredAnswer.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("method", "path", "body", "broken"),
    [
        ("get", "/products/", None, "shop.api.pagination.list"),
        ("get", "/cart/", None, "shop.api.views.cart_contents"),
        ("post", "/cart/items/", {"product_id": "{product}"}, "shop.api.views.add_to_cart"),
        ("put", "/wishlist/{product}/", None, "shop.api.opinions.wish"),
        ("post", "/products/{product}/reviews/", {"stars": 5}, "shop.api.opinions.record_review"),
        ("get", "/profile/", None, "accounts.api.views.ProfileSerializer"),
        ("get", "/predict/rating/?product={product}", None, "recommendations.api.predictions.predict_ratings"),
    ],
)
def test_with_the_shops_own_database_away(user_api, db, monkeypatch, method, path, body, broken):
    product = ProductFactory()
    body = {key: str(value).format(product=product.pk) for key, value in body.items()} if body else None
    monkeypatch.setattr(broken, fail_with(OperationalError("the connection is closed")), raising=False)

    answer = getattr(user_api, method)(V1 + path.format(product=product.pk), body, "json")

    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (503, UNAVAILABLE, "5")


def test_outside_of_the_apis_views_it_is_the_same(user_client, db, monkeypatch):
    """The schema is a plain view, and who asks may already need the database."""
    monkeypatch.setattr("config.api.schema._text", fail_with(OperationalError("connection refused")))
    user_client.raise_request_exception = False

    answer = user_client.get("/api/schema/")

    assert (answer.status_code, answer.json(), answer.headers["Retry-After"]) == (503, UNAVAILABLE, "5")


def test_a_mistake_in_a_view_is_a_500(api, db, monkeypatch):
    monkeypatch.setattr("shop.api.views.cart_contents", fail_with(ProgrammingError("no such column")))
    api.raise_request_exception = False
    answer = api.get(f"{V1}/cart/")

    assert (answer.status_code, "Retry-After" in answer.headers) == (500, False)
    assert answer.json()["errors"][0]["code"] == "error"


def test_every_operation_says_so():
    """But those that ask no database, or say it in their own words."""
    silent = {
        path
        for path, operations in PATHS.items()
        for operation in operations.values()
        if "Retry-After" not in operation["responses"].get("503", {}).get("headers", {})
    }

    assert silent == {"/api/v1/health/", "/api/v1/ready/"}
