"""The committed schema says what the code does, and the code does what it says."""

import json
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
import yaml
from django.core.management import call_command
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient
from schemathesis import GenerationMode

from config.api_schema import SCHEMA_FILE
from tests.factories import CartItemFactory, OrderFactory, ProductFactory, ReviewFactory

COMMITTED = yaml.safe_load(SCHEMA_FILE.read_text())
OPERATIONS = sorted((method.upper(), path) for path, operations in COMMITTED["paths"].items() for method in operations)
EXAMPLES = 12


def test_the_committed_schema_is_that_of_the_code():
    """When this fails on purpose: python manage.py spectacular --file docs/openapi.yaml"""
    generated = StringIO()
    call_command("spectacular", fail_on_warn=True, validate=True, stdout=generated)

    assert yaml.safe_load(generated.getvalue()) == COMMITTED


def test_the_schema_is_served(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/api/schema/")

    assert (answer.status_code, yaml.safe_load(answer.content)) == (200, COMMITTED)
    assert client.get("/api/schema/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/api/docs/").status_code == 200


def test_every_operation_is_tried():
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


@pytest.mark.django_db(databases="__all__")
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_no_server_error_and_no_undocumented_status(method, path, user_api, staff, known_ids):
    operation = schemathesis.openapi.from_dict(COMMITTED)[path][method]
    documented = set(COMMITTED["paths"][path][method.lower()]["responses"])
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
        answer = send(service if is_staff else user_api, case, known_ids, use_known)
        assert str(answer.status_code) in documented, (answer.status_code, answer.content[:500])
        assert answer.status_code < 500

    attempt()
