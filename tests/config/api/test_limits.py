"""Mistakes of clients: each a documented 4xx in the one error shape."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.behaviour.models import Interaction
from tests.committed_schema import PATHS

pytestmark = pytest.mark.django_db(databases="__all__")

NOBODY = uuid.UUID(int=1)


@pytest.mark.parametrize(
    ("path", "template", "query", "status", "attr"),
    [
        (f"products/{NOBODY}/", "products/{id}/", {}, 404, None),
        ("products/7/", "products/{id}/", {}, 404, None),
        (f"products/{NOBODY}/reviews/", "products/{id}/reviews/", {}, 404, None),
        (f"orders/{NOBODY}/", "orders/{id}/", {}, 404, None),
        ("products/", "products/", {"cursor": "made-up"}, 404, None),
        ("categories/", "categories/", {"cursor": "\x00"}, 404, None),
        ("products/", "products/", {"category": "nope"}, 400, "category"),
        ("products/", "products/", {"ordering": "nope"}, 400, "ordering"),
        ("products/", "products/", {"min_price": "-1"}, 400, "min_price"),
        ("products/", "products/", {"fields": "nope"}, 400, "fields"),
        ("products/", "products/", {"in_stock": "maybe"}, 400, "in_stock"),
        ("products/facets/", "products/facets/", {"in_stock": "2"}, 400, "in_stock"),
        ("recommendations/", "recommendations/", {"slot": "no slug"}, 400, "slot"),
        ("recommendations/", "recommendations/", {"cursor": "made-up"}, 400, "cursor"),
        ("recommendations/", "recommendations/", {"limit": "0"}, 400, "limit"),
        ("recommendations/", "recommendations/", {"limit": "1000000000"}, 400, "limit"),
        ("recommendations/", "recommendations/", {"intent": "guess"}, 400, "intent"),
        ("predict/rating/", "predict/rating/", {"product": str(NOBODY)}, 404, None),
        ("predict/rating/", "predict/rating/", {}, 400, "product"),
    ],
    ids=[
        "product", "product-no-id", "reviews", "order", "cursor", "cursor-nul", "category", "ordering", "price",
        "fields", "in-stock", "in-stock-facets", "slot", "list-cursor", "limit-0", "limit-1e9", "intent", "rating",
        "rating-of-nothing",
    ],
)  # fmt: skip
def test_a_bad_question(api, path, template, query, status, attr):
    answer = api.get(f"/api/v1/{path}", query)

    assert answer.status_code == status
    [error] = answer.json()["errors"]
    assert answer.json()["type"] == ("validation_error" if status == 400 else "client_error")
    assert error["attr"] == attr
    assert error["detail"]
    assert str(status) in PATHS[f"/api/v1/{template}"]["get"]["responses"]


@pytest.mark.parametrize("limit", ["0", "-1", "101", "many", "1000000000", ""])
@pytest.mark.parametrize("path", ["products/", "categories/", "orders/", "wishlist/"])
def test_a_page_has_1_to_100_results(user_api, path, limit):
    answer = user_api.get(f"/api/v1/{path}", {"limit": limit})

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [("limit", "invalid")]
    assert "400" in PATHS[f"/api/v1/{path}"]["get"]["responses"]


@pytest.mark.parametrize(
    ("hours", "status"), [(-24 * 8, 400), (-24 * 6, 202), (0.05, 202), (1, 400)], ids=["old", "late", "fast", "future"]
)
def test_clocks_may_be_a_little_wrong(api, product, hours, status):
    moment = (timezone.now() + timedelta(hours=hours)).isoformat()

    answer = api.post("/api/v1/events/", {"kind": "view", "product": str(product.pk), "occurred_at": moment}, "json")

    assert answer.status_code == status
    assert Interaction.objects.filter(occurred_at__gt=timezone.now()).count() == 0


def test_a_replayed_batch_with_a_bad_half_keeps_the_good_half_once(api, product):
    good = [{"id": str(uuid.uuid4()), "kind": "view", "product": str(product.pk)} for _ in range(2)]
    bad = [{"id": str(uuid.uuid4()), "kind": "view", "product": str(NOBODY)} for _ in range(2)]
    no_events: list[object] = [None, 1, "view", [], {}, {"kind": ["view"]}]

    first, again = (api.post("/api/v1/events/", {"events": [*no_events, *good, *bad]}, "json") for _ in range(2))

    assert (first.status_code, again.status_code) == (207, 207)
    assert (first.json()["stored"], again.json()["stored"], again.json()["duplicates"]) == (2, 0, 2)
    refused = [(refusal["position"], refusal["attr"], refusal["code"]) for refusal in again.json()["refused"]]
    assert sorted(refused) == [
        (0, "", "null"),
        (1, "", "invalid"),
        (2, "", "invalid"),
        (3, "", "invalid"),
        (4, "kind", "required"),
        (5, "kind", "invalid_choice"),
        (8, "product", "unknown_product"),
        (9, "product", "unknown_product"),
    ]
    assert all(refusal["detail"] for refusal in again.json()["refused"])
    assert Interaction.objects.count() == 2


@pytest.mark.parametrize("path", ["cart/items/", "checkout/", "events/", "predict/rating/"])
@pytest.mark.parametrize("body", ["[]", '"text"', "null", "7"], ids=["list", "text", "null", "number"])
def test_a_body_of_another_shape(api, path, body):
    answer = api.generic("POST", f"/api/v1/{path}", body, "application/json")

    assert (answer.status_code, answer.json()["type"]) == (400, "validation_error")
