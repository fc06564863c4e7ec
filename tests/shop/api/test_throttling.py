"""Limits per scope and caller."""

import time
import uuid

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, visitor_token
from config.settings.api import THROTTLE_RATES
from shop.api.throttling import ScopedThrottle, is_prefetch
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db(databases="__all__")
URL = "/api/v1/events/"


@pytest.fixture(autouse=True)
def _two_a_day(monkeypatch):
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", ScopedThrottle.THROTTLE_RATES | {"events": "2/day"})


def statuses(api, product, times: int, **more) -> list[int]:
    event = {"kind": "view", "product": str(product.pk)}
    return [api.post(URL, event, "json", **more).status_code for _ in range(times)]


def test_a_caller_beyond_the_limit_is_told_when_to_come_back(user_api, product, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 86_400 * 20_000 + 86_000.0)
    assert statuses(user_api, product, 2) == [202, 202]

    answer = user_api.post(URL, {"kind": "view", "product": str(product.pk)}, "json")

    assert one_error(answer, 429) == ("client_error", "throttled", None)
    assert answer.headers["Retry-After"] == "400"


def test_visitors_of_one_address_have_shares_of_their_own(api, product, visitor):
    assert statuses(api, product, 3, headers={TOKEN_HEADER: visitor_token(visitor.id)}) == [202, 202, 429]
    api.cookies.clear()

    assert statuses(api, product, 1) == [202]


def test_every_request_counts_once_however_many_ask_at_the_same_moment(user_api, product, monkeypatch):
    counted: list[str] = []

    def incr(key: str, delta: int) -> int:
        counted.append(key)
        return len(counted)

    monkeypatch.setattr(cache, "incr", incr, raising=False)

    assert statuses(user_api, product, 3) == [202, 202, 429]
    assert len(set(counted)) == 1


def test_views_without_a_scope_are_not_limited(api, product):
    assert {api.get("/api/v1/products/").status_code for _ in range(4)} == {200}


FRESH = [
    ("cart", "post", "/api/v1/cart/items/", 400),
    ("checkout", "post", "/api/v1/checkout/", 400),
    ("events", "post", URL, 400),
    ("account", "put", "/api/v1/recommendations/categories/", 400),
    ("predictions", "post", "/api/v1/predict/rating/", 400),
]


def of_fresh_visitors(method: str, path: str, address: str, times: int) -> list[int]:
    clients = [APIClient(headers={TOKEN_HEADER: visitor_token(uuid.uuid4())}) for _ in range(times)]
    return [getattr(client, method)(path, {}, "json", REMOTE_ADDR=address).status_code for client in clients]


@pytest.mark.parametrize(("scope", "method", "path", "status"), FRESH, ids=[scope for scope, *_ in FRESH])
def test_a_new_visitor_for_each_request_is_within_the_limit_of_its_address(monkeypatch, scope, method, path, status):
    rates = ScopedThrottle.THROTTLE_RATES | {scope: "1/day", f"{scope}_of_one_address": "3/day"}
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", rates)

    assert of_fresh_visitors(method, path, "8.8.4.4", 5) == [status] * 3 + [429] * 2
    assert of_fresh_visitors(method, path, "8.8.8.8", 3) == [status] * 3
    assert of_fresh_visitors(method, path, "10.0.0.1", 5) == [status] * 5


def test_an_account_has_its_own_share_wherever_it_is(user_api, monkeypatch):
    rates = ScopedThrottle.THROTTLE_RATES | {"cart": "3/day", "cart_of_one_address": "1/day"}
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", rates)
    asked = [user_api.post("/api/v1/cart/items/", {}, "json", REMOTE_ADDR="8.8.4.4") for _ in range(4)]

    assert [answer.status_code for answer in asked] == [400, 400, 400, 429]


def test_each_scope_has_a_rate_of_one_address():
    scopes = {name for name in THROTTLE_RATES if not name.endswith("_of_one_address")}

    assert set(THROTTLE_RATES) == scopes | {f"{scope}_of_one_address" for scope in scopes}
    assert (THROTTLE_RATES["cart"], THROTTLE_RATES["cart_of_one_address"]) == ("300/min", "1500/min")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({}, False), ({"Sec-Purpose": "prefetch;prerender"}, True), ({"Purpose": "prefetch"}, True)],
)
def test_is_prefetch(rf, headers, expected):
    assert is_prefetch(rf.get("/", headers=headers)) is expected
