"""Limits per scope and caller."""

import time

import pytest
from django.core.cache import cache

from accounts.shoppers import TOKEN_HEADER, visitor_token
from shop.api.throttling import ScopedThrottle
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
