"""Too many requests: 429 with Retry-After wherever something can be changed, and counted across processes."""

import json
import time
import urllib.request
import uuid
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError

import pytest
from django.core.cache import cache
from django.urls import get_resolver

from accounts.shoppers import TOKEN_HEADER, visitor_token
from benchmarks.shops.client import ShopClient, loopback_address
from config.settings.api import THROTTLE_RATES
from shop.api.throttling import ScopedThrottle
from tests.committed_schema import PATHS
from tests.faults.test_api_lists import addresses
from tests.programs import free_port
from tests.shop.api.answers import one_error

SCOPES = {
    path: getattr(getattr(pattern.callback, "view_class", None), "throttle_scope", None)
    for path, pattern in addresses(get_resolver())
}
LIMITED = sorted((method, path) for path in PATHS for method in PATHS[path] if SCOPES[path])
OF_A_PROCESS, IN_PARALLEL = 45, 4


def test_fault_52_whatever_changes_something_is_limited():
    changing = {(method, path) for path, operations in PATHS.items() for method in operations if method != "get"}

    assert changing - set(LIMITED) == set()
    assert {SCOPES[path] for _, path in LIMITED} <= set(THROTTLE_RATES)


@pytest.mark.django_db(databases="__all__")
def test_fault_52_a_refusal_says_when_to_come_back(api, staff, product, monkeypatch):
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", dict.fromkeys(THROTTLE_RATES, "1/day"))
    for method, path in LIMITED:
        cache.clear()
        api.force_authenticate(staff)
        address = path.format(id=product.pk, product_id=product.pk)
        first, second = (api.generic(method, address, "{}", "application/json") for _ in range(2))

        assert first.status_code != 429, (method, path)
        assert one_error(second, 429) == ("client_error", "throttled", None)
        assert 0 < int(second.headers["Retry-After"]) <= 24 * 60 * 60
        assert "429" in PATHS[path][method]["responses"]


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_fault_52_two_processes_count_together(live_shop):
    """Half of the requests go to each; once more when the minute that is counted ended meanwhile."""
    allowed, per = 60, 60
    assert THROTTLE_RATES["checkout"] == "60/min"
    shops = [live_shop.start_web(workers=1, port=free_port())[1] for _ in range(2)]
    clients = [ShopClient(address) for address in shops]
    for _ in range(20):
        token, started = visitor_token(uuid.uuid4()), time.time()
        with ThreadPoolExecutor(2 * IN_PARALLEL) as pool:
            sent = [pool.submit(order_nothing, client, token) for client in clients for _ in range(OF_A_PROCESS)]
            statuses = [request.result() for request in sent]
        if int(started // per) == int(time.time() // per):
            break
    for client in clients:
        client.close()

    assert sorted(statuses) == [400] * allowed + [429] * (2 * OF_A_PROCESS - allowed)
    assert [0 < seconds <= per for seconds in (retry_after(address, token) for address in shops)] == [True, True]


def order_nothing(client: ShopClient, token: str) -> int:
    return client.post("/api/v1/checkout/", {}, source=loopback_address(1), token=token)[0]


def retry_after(address: str, token: str) -> int:
    """Return the seconds of one more refusal; 1 when the minute is over just now."""
    headers = {"Content-Type": "application/json", TOKEN_HEADER: token}
    request = urllib.request.Request(f"{address}/api/v1/checkout/", json.dumps({}).encode(), headers)
    with pytest.raises(HTTPError) as refused:
        urllib.request.urlopen(request)
    refused.value.close()
    return int(refused.value.headers.get("Retry-After", 1))
