"""Whatever a client sends, within the schema or beside it: a documented answer of the documented shape."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
import schemathesis
import yaml
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

from config.api_schema import SCHEMA_FILE
from tests.factories import CartItemFactory, OrderFactory, ProductFactory, ReviewFactory

COMMITTED = yaml.safe_load(SCHEMA_FILE.read_text())
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
    cases = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, use_known=st.booleans(), is_staff=st.booleans())
    def attempt(case: Any, use_known: bool, is_staff: bool) -> None:
        check(case, send(service if is_staff else user_api, case, known_ids, use_known))

    attempt()
