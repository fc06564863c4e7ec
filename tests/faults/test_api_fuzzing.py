"""Fuzzing of the API: every request, valid or not, gets a documented answer in the documented shape."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.committed_schema import COMMITTED
from tests.factories import CartItemFactory, OrderFactory, ProductFactory, ReviewFactory

OPERATIONS = sorted((method.upper(), path) for path, operations in COMMITTED["paths"].items() for method in operations)
EXAMPLES = 12
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def test_fault_49_every_operation_is_tried():
    assert len(OPERATIONS) > 25


@pytest.fixture
def known_ids(user) -> dict[str, str]:
    """Ids that lead somewhere, by the name of the path parameter."""
    product = ProductFactory()
    ReviewFactory(product=product)
    CartItemFactory(cart__user=user, product=product)
    order = OrderFactory(user=user)
    return {"id": str(product.pk), "product_id": str(product.pk), "order": str(order.pk)}


def send(client: APIClient, case: Any, known: dict[str, str], use_known: bool) -> Any:
    """Send what schemathesis made up; with use_known to an address that leads somewhere."""
    path = case.formatted_path
    if use_known:
        ids = known | ({"id": known["order"]} if "/orders/" in case.path else {})
        path = case.path.format_map(ids)
    return client.generic(
        case.method,
        path,
        _body(case),
        "application/json",
        QUERY_STRING=urlencode(case.query or {}, doseq=True),
        headers={name: str(value) for name, value in (case.headers or {}).items() if _can_be_sent(str(value))},
    )


def _body(case: Any) -> Any:
    if isinstance(case.body, schemathesis.core.NotSet):
        return b""
    return case.body if isinstance(case.body, bytes) else json.dumps(case.body).encode()


def _can_be_sent(value: str) -> bool:
    return value.isprintable() and value.isascii()


def check(case: Any, answer: Any) -> None:
    """Fail unless status, content type and body are what the schema says of this operation."""
    sent = requests.Request(case.method, f"http://testserver{case.formatted_path}").prepare()
    headers = {name.lower(): [value] for name, value in answer.headers.items()}
    case.validate_response(Response(answer.status_code, headers, answer.content, sent, 0.0, False), checks=CHECKS)


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_fault_49_no_server_error_and_nothing_undocumented(method, path, user_api, staff, known_ids):
    operation = schemathesis.openapi.from_dict(COMMITTED)[path][method]
    service = APIClient()
    service.force_authenticate(staff)
    callers = {"account": user_api, "staff": service, "nobody": APIClient()}
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, use_known=st.booleans(), caller=st.sampled_from(sorted(callers)))
    def attempt(case: Any, use_known: bool, caller: str) -> None:
        check(case, send(callers[caller], case, known_ids, use_known))

    attempt()


GOOD = b'{"kind": "search", "query": "lamp"}'
# What is no mistake of generators of schemas, and of clients all the same.
STRANGE_BODIES = {
    "an event that is null": b'{"events": [null, %s]}' % GOOD,
    "half of a surrogate pair": rb'{"kind": "\ud800", "product_id": "\ud800", "stars": "\ud800"}',
    "half of one in a batch": rb'{"events": [{"kind": "\ud800"}, {"\udc00": 1}], "pairs": ["\ud800"]}',
    "nested deep": b'{"events": ' + b"[" * 900 + b"]" * 900 + b"}",
    "nested deeper": b"[" * 100_000,
    "a number beyond all": b'{"quantity": 1e999, "stars": 1%s}' % (b"0" * 5000),
    "no UTF-8": b'{"kind": "\xff"}',
    "a NUL": rb'{"kind": "search", "query": "a\u0000b", "full_name": "\u0000"}',
    "nothing": b"",
}
WITH_BODY = sorted((method.upper(), path) for path, operations in COMMITTED["paths"].items() for method in operations
                   if "requestBody" in operations[method])  # fmt: skip
READING = sorted(path for path, operations in COMMITTED["paths"].items() if "get" in operations)
CALLERS = ["account", "staff", "nobody"]


@pytest.fixture
def callers(user_api, staff) -> dict[str, APIClient]:
    """A client of each kind that tells a mistake of the shop as what it answers."""
    found = dict(zip(CALLERS, (user_api, APIClient(), APIClient()), strict=True))
    found["staff"].force_authenticate(staff)
    for client in found.values():
        client.raise_request_exception = False
    return found


def is_documented(method: str, path: str, answer: Any) -> bool:
    """Tell whether the status is one the schema names for this operation, and no mistake of the shop."""
    return answer.status_code < 500 and str(answer.status_code) in COMMITTED["paths"][path][method.lower()]["responses"]


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize("name", STRANGE_BODIES)
def test_fault_49_a_strange_body_is_refused_everywhere(callers, known_ids, name):
    for method, path in WITH_BODY:
        for who, client in callers.items():
            answer = client.generic(method, path.format_map(known_ids), STRANGE_BODIES[name], "application/json")

            assert is_documented(method, path, answer), (who, method, path, answer.status_code, answer.content[:300])
            assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.django_db(databases="__all__")
def test_fault_49_too_many_parameters_are_refused_everywhere(callers, known_ids):
    many = "&".join("a=1" for _ in range(1001))
    for path in READING:
        for who, client in callers.items():
            answer = client.get(path.format_map(known_ids), QUERY_STRING=many)

            assert is_documented("get", path, answer), (who, path, answer.status_code, answer.content[:300])


@pytest.mark.django_db(databases="__all__")
def test_fault_49_the_good_half_of_a_batch_is_stored_beside_nothing_at_all(callers):
    for client in callers.values():
        answer = client.generic("POST", "/api/v1/events/", STRANGE_BODIES["an event that is null"], "application/json")

        assert (answer.status_code, answer.json()["stored"]) == (207, 1)
        assert [refusal["position"] for refusal in answer.json()["refused"]] == [0]
