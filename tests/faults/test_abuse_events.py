"""Events that a client may report: fault 42 of the list. Single refusals are in tests/recommendations/api."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, visitor_token
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.interactions import CLOCK_TOLERANCE, OLDEST_REPORT
from recommendations.behaviour.services.missing_purchases import record_missing_purchases
from shop.catalogue.models import Product
from tests.factories import OrderFactory, OrderLineFactory, ProductFactory

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("own_models")]
EVENTS = "/api/v1/events/"


@pytest.fixture
def product() -> Product:
    return ProductFactory()


def client_of(visitor: uuid.UUID) -> APIClient:
    api = APIClient()
    api.credentials(**{f"HTTP_{TOKEN_HEADER.upper().replace('-', '_')}": visitor_token(visitor)})
    return api


@pytest.mark.parametrize("kind", sorted(set(Kind) - {"view", "search", "search_click", "rate", "not_interested"}))
def test_fault_42_what_the_shop_knows_itself_cannot_be_reported_alone_or_in_a_batch(api, product, kind):
    event: dict[str, Any] = {"kind": kind, "product": str(product.pk), "value": 99, "source": "shop", "quantity": 5}
    good = {"kind": "view", "product": str(product.pk)}

    alone = api.post(EVENTS, event, "json")
    batch = api.post(EVENTS, {"events": [event, good, event]}, "json")

    assert (alone.status_code, batch.status_code) == (400, 207)
    assert batch.json()["stored"] == 1
    assert [refusal["position"] for refusal in batch.json()["refused"]] == [0, 2]
    assert list(Interaction.objects.values_list("kind", "value", "source")) == [("view", None, "api")]


def test_fault_42_fields_of_the_server_are_ignored(api, user, product):
    moment = (timezone.now() - timedelta(days=300)).isoformat()
    forged: dict[str, Any] = dict.fromkeys(("shopper", "shopper_id", "user", "visitor_id"), str(user.pk))
    forged |= {"source": "magento", "recorded_at": moment, "value": 1_000, "origin": 1}

    answer = api.post(EVENTS, {"kind": "view", "product": str(product.pk), **forged}, "json")

    row = Interaction.objects.get()
    assert answer.status_code == 202
    assert row.shopper_id != user.pk
    assert (row.source, row.value, row.origin) == ("api", None, None)
    assert timezone.now() - row.recorded_at < timedelta(minutes=5)


def test_fault_42_a_visitors_token_speaks_for_that_visitor_alone(user_api, user, product):
    victim = uuid.uuid4()
    event = {"kind": "view", "product": str(product.pk)}

    user_api.post(EVENTS, event, "json", headers={TOKEN_HEADER: visitor_token(victim)})
    forged = APIClient().post(EVENTS, event, "json", headers={TOKEN_HEADER: visitor_token(victim)[:-2] + "xx"})

    assert forged.status_code == 202
    assert Interaction.objects.filter(shopper_id=victim).count() == 0
    assert Interaction.objects.filter(shopper_id=user.pk).count() == 1


@pytest.mark.parametrize(
    ("shift", "status"),
    [
        pytest.param(-OLDEST_REPORT + timedelta(minutes=1), 202, id="just young enough"),
        pytest.param(-OLDEST_REPORT - timedelta(minutes=1), 400, id="too old"),
        pytest.param(CLOCK_TOLERANCE - timedelta(minutes=1), 202, id="a clock that is fast"),
        pytest.param(CLOCK_TOLERANCE + timedelta(minutes=1), 400, id="in the future"),
        pytest.param(timedelta(days=365 * 50), 400, id="in fifty years"),
    ],
)
def test_fault_42_times_lie_within_a_window_and_never_ahead(api, product, shift, status):
    event = {"kind": "view", "product": str(product.pk), "occurred_at": (timezone.now() + shift).isoformat()}

    answer = api.post(EVENTS, event, "json")

    stored = list(Interaction.objects.all())
    assert answer.status_code == status
    assert len(stored) == (status == 202)
    assert all(row.occurred_at <= row.recorded_at for row in stored)


def test_fault_42_a_batch_sent_again_whole_in_part_or_by_another_changes_nothing(product):
    mine, theirs = uuid.uuid4(), uuid.uuid4()
    events = [{"id": str(uuid.uuid4()), "kind": "view", "product": str(product.pk)} for _ in range(20)]
    assert client_of(mine).post(EVENTS, {"events": events}, "json").json()["stored"] == 20
    before = list(Interaction.objects.order_by("pk").values())

    again = [
        client_of(mine).post(EVENTS, {"events": events}, "json"),
        client_of(mine).post(EVENTS, {"events": events[3:9] + events[3:9]}, "json"),
        client_of(mine).post(EVENTS, events[0], "json"),
        client_of(theirs).post(EVENTS, {"events": [event | {"kind": "not_interested"} for event in events]}, "json"),
    ]

    assert [answer.status_code for answer in again] == [202] * 4
    assert [(answer.json()["stored"], answer.json()["duplicates"]) for answer in again] == [
        (0, 20),
        (0, 12),
        (0, 1),
        (0, 20),
    ]
    assert list(Interaction.objects.order_by("pk").values()) == before


def test_fault_42_purchases_come_from_orders_once(product):
    order = OrderFactory()
    OrderLineFactory(order=order, product=product, quantity=3)

    assert (record_missing_purchases(None), record_missing_purchases(None)) == (1, 0)
    row = Interaction.objects.get()
    assert (row.kind, row.shopper_id, row.value) == (Kind.PURCHASE, order.user_id, 3.0)
