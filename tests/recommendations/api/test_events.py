"""POST /api/v1/events/."""

import uuid
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from accounts.shoppers import TOKEN_HEADER, visitor_token
from recommendations.api.events import MOST_EVENTS
from recommendations.behaviour.models import Interaction
from shop.api.throttling import ScopedThrottle

pytestmark = pytest.mark.django_db

URL = "/api/v1/events/"


def test_one_event(user_api, user, product):
    event_id = str(uuid.uuid4())
    answer = user_api.post(URL, {"id": event_id, "kind": "view", "product": str(product.pk)}, "json")

    assert answer.status_code == 202
    assert answer.json() == {"stored": 1, "duplicates": 0, "refused": []}
    row = Interaction.objects.get()
    assert (str(row.pk), row.shopper_id, row.kind, row.product_id) == (event_id, user.pk, "view", product.pk)
    assert row.source == "api"


@pytest.mark.parametrize(
    ("event", "stored"),
    [
        ({"kind": "search", "query": "lamp"}, ("search", False, None, "lamp")),
        ({"kind": "search_click", "product": "P", "query": "lamp"}, ("search_click", True, None, "lamp")),
        ({"kind": "rate", "product": "P", "stars": 4}, ("rate", True, 4.0, "")),
        ({"kind": "not_interested", "product": "P"}, ("not_interested", True, 1.0, "")),
        ({"kind": "view", "product": "P", "stars": 5, "query": "x"}, ("view", True, None, "")),
    ],
)
def test_every_kind_a_client_may_report(api, product, event, stored):
    if "product" in event:
        event = event | {"product": str(product.pk)}

    assert api.post(URL, event, "json").status_code == 202
    row = Interaction.objects.get()
    assert (row.kind, row.product_id == product.pk, row.value, row.query) == stored


@pytest.mark.parametrize("kind", ["view", "search_click", "search"])
def test_an_event_may_name_the_list_the_product_was_clicked_in(api, product, kind):
    event = {"kind": kind, "product": str(product.pk), "query": "lamp", "recomm_id": str(uuid.UUID(int=5))}

    assert api.post(URL, event, "json").status_code == 202
    assert Interaction.objects.get().recomm_id == (None if kind == "search" else uuid.UUID(int=5))


@pytest.mark.parametrize("kind", ["purchase", "add_to_cart", "made_up"])
def test_what_the_shop_records_itself_cannot_be_reported(api, product, kind):
    answer = api.post(URL, {"kind": kind, "product": str(product.pk)}, "json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["attr"] == "kind"
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(
    ("change", "attr", "code"),
    [
        ({"product": str(uuid.uuid4())}, "product", "unknown_product"),
        ({"product": "1"}, "product", "invalid"),
        ({"product": None}, "product", "null"),
        ({"id": "1"}, "id", "invalid"),
        ({"kind": "rate"}, "stars", "required"),
        ({"kind": "rate", "stars": 6}, "stars", "max_value"),
        ({"kind": "search"}, "query", "required"),
        ({"kind": "search", "query": "x" * 201}, "query", "max_length"),
        ({"occurred_at": "yesterday"}, "occurred_at", "invalid"),
        ({"occurred_at": (timezone.now() - timedelta(days=8)).isoformat()}, "occurred_at", "too_old"),
        ({"occurred_at": (timezone.now() + timedelta(days=1)).isoformat()}, "occurred_at", "in_the_future"),
    ],
)
def test_a_single_bad_event_is_refused(api, product, change, attr, code):
    answer = api.post(URL, {"kind": "view", "product": str(product.pk)} | change, "json")

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [(attr, code)]
    assert not Interaction.objects.exists()


def test_of_a_batch_the_good_half_is_stored(api, product):
    good = {"id": str(uuid.uuid4()), "kind": "view", "product": str(product.pk)}
    events = [good, {"kind": "purchase", "product": str(product.pk)}, {"kind": "view", "product": str(uuid.uuid4())}, 7]

    answer = api.post(URL, {"events": events}, "json")

    assert answer.status_code == 207
    body = answer.json()
    assert (body["stored"], body["duplicates"]) == (1, 0)
    assert [(refusal["position"], refusal["attr"], refusal["code"]) for refusal in body["refused"]] == [
        (1, "kind", "invalid_choice"),
        (2, "product", "unknown_product"),
        (3, "", "invalid"),
    ]
    assert Interaction.objects.count() == 1


def test_sending_a_batch_again_changes_nothing(api, product):
    events = [{"id": str(uuid.uuid4()), "kind": "view", "product": str(product.pk)} for _ in range(3)]
    assert api.post(URL, {"events": events}, "json").json()["stored"] == 3

    answer = api.post(URL, {"events": events}, "json")

    assert answer.status_code == 202
    assert answer.json() == {"stored": 0, "duplicates": 3, "refused": []}
    assert Interaction.objects.count() == 3


@pytest.mark.parametrize("body", [[], "x", None, {}, {"events": []}, {"events": "x"}, {"events": {}}, {"events": None}])
def test_what_is_no_event_is_refused(api, body):
    answer = api.post(URL, body, "json")

    assert answer.status_code == 400
    assert not Interaction.objects.exists()


def test_a_batch_is_bounded(api, product):
    events = [{"kind": "view", "product": str(product.pk)}] * (MOST_EVENTS + 1)

    answer = api.post(URL, {"events": events}, "json")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["code"] == "max_length"
    assert not Interaction.objects.exists()


def test_nobody_reports_for_somebody_else(api, user, product):
    event = {"kind": "view", "product": str(product.pk), "shopper_id": str(user.pk), "shopper": str(user.pk)}
    mine = uuid.uuid4()

    api.post(URL, event, "json", headers={TOKEN_HEADER: visitor_token(mine)})
    api.cookies.clear()
    api.post(URL, event, "json", headers={TOKEN_HEADER: f"{user.pk}:forged"})

    assert mine in Interaction.objects.values_list("shopper_id", flat=True)
    assert not Interaction.objects.filter(shopper_id=user.pk).exists()


def test_too_many_requests_are_turned_away(user_api, product, monkeypatch):
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", ScopedThrottle.THROTTLE_RATES | {"events": "2/day"})
    cache.clear()
    event = {"kind": "view", "product": str(product.pk)}
    answers = [user_api.post(URL, event, "json") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [202, 202, 429]
    assert int(answers[2].headers["Retry-After"]) > 0
    assert Interaction.objects.count() == 2
