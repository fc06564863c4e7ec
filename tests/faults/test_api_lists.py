"""Lists of the API: each has an end, and costs as many queries as agreed, however long it is."""

import re
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from rest_framework.test import APIClient

from accounts.api.tokens import SEPARATOR
from accounts.models import User
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.lists.intents.registry import INTENTS
from recommendations.serving import handle
from recommendations.tasks import refresh_shopper
from tests.committed_schema import COMMITTED
from tests.factories import (
    PASSWORD,
    CartFactory,
    CartItemFactory,
    OrderFactory,
    OrderLineFactory,
    ProductFactory,
    ReviewFactory,
    UserFactory,
)
from tests.recommendations.publishing import publish
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db(databases="__all__")

SECRET = "of-a-program"
SHORT, LONG = 1, 12
# Queries of a whole request with the token of an app, the one that finds session and account among them.
BUDGET = {
    "/api/docs/": 1,
    "/api/schema/": 0,
    "/api/v1/cart/": 2,
    "/api/v1/categories/": 2,
    "/api/v1/health/": 0,
    "/api/v1/metrics/": 8,
    "/api/v1/orders/": 3,
    "/api/v1/orders/{id}/": 3,
    "/api/v1/predict/rating/": 3,
    "/api/v1/products/": 2,
    "/api/v1/products/facets/": 3,
    "/api/v1/products/suggest/": 4,
    "/api/v1/products/{id}/": 2,
    "/api/v1/products/{id}/reviews/": 3,
    "/api/v1/profile/": 1,
    "/api/v1/ready/": 2,
    "/api/v1/recommendations/": 3,
    "/api/v1/recommendations/batch/": 3,
    "/api/v1/recommendations/categories/": 3,
    "/api/v1/recommendations/not-interested/": 4,
    "/api/v1/wishlist/": 2,
}


def addresses(resolver: URLResolver, prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif path.startswith("/api/") and isinstance(entry.pattern, RoutePattern):
            yield re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path), entry


def answers_get(pattern: URLPattern) -> bool:
    view = getattr(pattern.callback, "view_class", None)
    return view is None or hasattr(view, "get")


READABLE = sorted(path for path, pattern in addresses(get_resolver()) if answers_get(pattern))


@dataclass
class Caller:
    """An account with the token of an app, and what it can ask for."""

    user: User
    token: str
    product_id: uuid.UUID
    order_id: uuid.UUID
    size: int

    def ask(self, path: str, **more: Any) -> int:
        """Ask with a page size of `size` where there is one; return how many queries that took."""
        ids = {"id": self.order_id if "/orders/" in path else self.product_id}
        query = {
            "limit": self.size,
            **({"product": self.product_id} if "predict" in path else {}),
            **({"q": "product"} if "suggest" in path else {}),
            **({"shoppers": self.user.pk} if "batch" in path else {}),
            **more,
        }
        client = APIClient(headers={"X-Session-Token": self.token, "Authorization": f"Bearer {SECRET}"})
        return queries_of(client, path.format_map(ids), query)


def queries_of(client: APIClient, path: str, query: dict[str, Any]) -> int:
    with ExitStack() as stack:
        logs = [stack.enter_context(CaptureQueriesContext(connection)) for connection in connections.all()]
        answer = client.get(path, query)
    assert answer.status_code == 200, (path, answer.content[:500])
    return sum(len(log.captured_queries) for log in logs)


def fill(user: User, size: int) -> tuple[uuid.UUID, uuid.UUID]:
    """Make `size` of everything an account may list; return a product with reviews, and an order with lines."""
    bought, shown, dismissed = (ProductFactory.create_batch(many) for many in (size, 2 * size, size))
    order, cart = OrderFactory(user=user), CartFactory(user=user)
    for product in bought:
        OrderLineFactory(order=order, product=product)
        OrderLineFactory(order=OrderFactory(user=user), product=product)
        CartItemFactory(cart=cart, product=product)
        ReviewFactory(product=shown[0])
        user.wishlist.create(product=product)
    for product in dismissed:
        Interaction.objects.create(shopper_id=user.pk, kind=Kind.NOT_INTERESTED, product_id=product.pk, value=1)
    publish([*bought, *shown, *dismissed])
    return shown[0].pk, order.pk


@pytest.fixture(params=[SHORT, LONG], ids=["short", "long"])
def caller(request, settings, tmp_path, monkeypatch) -> Caller:
    """Somebody in a shop that holds as many of everything as a page shows."""
    settings.MODEL_DIR = tmp_path / "models"
    settings.METRICS_TOKEN = settings.SERVICE_TOKEN = SECRET
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 3600.0)
    user = UserFactory()
    product_id, order_id = fill(user, request.param)
    Interaction.objects.create(shopper_id=user.pk, kind=Kind.VIEW, product_id=product_id)
    refresh_shopper(str(user.pk))
    answer = APIClient().post("/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, "json")
    token = answer.json()["meta"]["session_token"]
    assert SEPARATOR in token
    handle.current()
    return Caller(user, token, product_id, order_id, request.param)


def test_fault_50_every_address_has_a_budget():
    """A new address needs one: as few queries as it can do with, however long the list."""
    assert sorted(BUDGET) == READABLE


def test_fault_50_no_more_queries_than_agreed_however_long_the_list(caller):
    for path in READABLE:
        caller.ask(path)  # what a process looks up once is not of the request

    assert {path: caller.ask(path) for path in READABLE} == BUDGET


def test_fault_50_a_list_of_any_intent_takes_three_queries_at_most(caller):
    path, item = "/api/v1/recommendations/", {"item": caller.product_id}

    taken = {intent.name: caller.ask(path, intent=intent.name, **item) for intent in INTENTS.values()}

    assert {intent: queries for intent, queries in taken.items() if queries > 3} == {}


def lists_in(schema: dict[str, Any]) -> set[str]:
    """Return the names of the lists in an answer of this shape, those in its parts included."""
    if "$ref" in schema:
        return lists_in(COMMITTED["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    found: set[str] = set()
    for part in (*schema.get("allOf", ()), *schema.get("oneOf", ())):
        found |= lists_in(part)
    for name, field in schema.get("properties", {}).items():
        found |= {name} | lists_in(field["items"]) if field.get("type") == "array" else lists_in(field)
    return found


# What ends these lists, where it is not `limit`.
ENDS = {
    "pictures": "the sizes there are of one picture",
    "reasons": "what ranking says of one product",
    "lines": "those of one order, so of one cart",
    "items": "a cart holds MOST_LINES, a page of recommendations `limit`",
    "problems": "one for each line of a cart",
    "brands": "the 20 with the most products",
    "offered": "at most MOST_OFFERED of shop/catalogue/navigation.py",
    "below": "three names",
    "chosen": "at most 10 categories",
    "products": "the last 200 dismissed; a few suggestions",
    "categories": "a few suggestions",
    "results": "`limit`; a batch has as many as it names shoppers",
}


def test_fault_50_every_list_has_an_end():
    for path, operations in COMMITTED["paths"].items():
        if (operation := operations.get("get")) is None:
            continue
        shape = operation["responses"]["200"]["content"]["application/json"]["schema"]
        assert lists_in(shape) <= set(ENDS), path
        takes_limit = "limit" in {parameter["name"] for parameter in operation.get("parameters", ())}
        assert takes_limit or "results" not in lists_in(shape), path


@pytest.mark.parametrize("limit", [0, 101, 10**9])
def test_fault_50_no_page_is_longer_than_100(user_api, product, settings, limit):
    settings.SERVICE_TOKEN = SECRET
    asked = 0
    for path, operations in COMMITTED["paths"].items():
        if "limit" not in {parameter["name"] for parameter in operations.get("get", {}).get("parameters", ())}:
            continue
        query = {"limit": limit, "shoppers": product.pk}
        answer = user_api.get(path.format(id=product.pk), query, headers={"Authorization": f"Bearer {SECRET}"})
        assert one_error(answer, 400)[2] == "limit", path
        asked += 1
    assert asked > 5
