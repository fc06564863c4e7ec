"""GET /api/v1/recommendations/."""

import uuid

import pytest

from accounts.shoppers import TOKEN_HEADER
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.serving import handle
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.ruling import hide, pin, rule_set

pytestmark = pytest.mark.django_db

URL = "/api/v1/recommendations/"


@pytest.fixture
def products(category):
    products = ProductFactory.create_batch(6, category=category)
    publish(products, [[1, 0], [1, 0.1], [1, 0.2], [0, 1], [0.1, 1], [0.2, 1]])
    return products


def test_the_shape_is_the_documented_one(user_api, user, products):
    Interaction.objects.create(shopper_id=user.pk, kind=Kind.VIEW, product_id=products[0].pk)

    answer = user_api.get(URL, {"slot": "home", "intent": "for_you", "limit": 2})

    assert answer.status_code == 200
    body = answer.json()
    assert set(body) == {"recomm_id", "model_version", "variant", "fallback_used", "items", "next_cursor"}
    assert uuid.UUID(body["recomm_id"])
    assert body["fallback_used"] is False
    assert len(body["items"]) == 2
    item = body["items"][0]
    assert set(item) == {"product", "score", "reasons", "source"}
    assert item["product"]["id"] == str(products[1].pk)
    assert item["reasons"] == [
        {
            "code": "viewed_similar",
            "anchor_id": str(products[0].pk),
            "text": f"Because you viewed {products[0].title}",
        }
    ]
    assert item["source"] == "vector"


def test_a_visitor_gets_a_token_and_keeps_their_past_with_it(api, products):
    token = api.get(URL).headers[TOKEN_HEADER]
    api.cookies.clear()
    api.post("/api/v1/events/", {"kind": "view", "product": str(products[3].pk)}, "json", headers={TOKEN_HEADER: token})

    api.cookies.clear()
    known = api.get(URL, {"limit": 1}, headers={TOKEN_HEADER: token}).json()
    api.cookies.clear()
    stranger = api.get(URL, {"limit": 1}).json()

    assert known["items"][0]["reasons"][0]["anchor_id"] == str(products[3].pk)
    assert (known["fallback_used"], stranger["fallback_used"]) == (False, True)


def test_similar_products(api, products):
    body = api.get(URL, {"intent": "similar", "item": products[0].pk, "limit": 1}).json()

    assert body["items"][0]["product"]["id"] == str(products[1].pk)
    assert body["items"][0]["reasons"][0]["code"] == "similar_to"


@pytest.mark.parametrize(
    ("query", "attr", "code"),
    [
        ({"limit": 0}, "limit", "min_value"),
        ({"limit": 101}, "limit", "max_value"),
        ({"limit": "many"}, "limit", "invalid"),
        ({"intent": "guess"}, "intent", "invalid_choice"),
        ({"intent": "similar"}, "item", "required"),
        ({"item": "1"}, "item", "invalid"),
        ({"category": "1"}, "category", "invalid"),
        ({"slot": "a b"}, "slot", "invalid"),
        ({"limit": 10**9}, "limit", "max_value"),
        ({"cursor": "made-up"}, "cursor", "invalid"),
        ({"cursor": "\x00"}, "cursor", "invalid"),
    ],
)
def test_a_wrong_question_is_refused(api, query, attr, code, db):
    answer = api.get(URL, query)

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [(attr, code)]


def test_unknown_ids_are_answered(api, products):
    body = api.get(URL, {"intent": "similar", "item": uuid.uuid4(), "category": uuid.uuid4(), "limit": 3}).json()

    assert (len(body["items"]), body["fallback_used"]) == (3, True)


def test_before_the_first_training(api, product):
    body = api.get(URL).json()

    assert body["model_version"] is None
    assert [item["product"]["id"] for item in body["items"]] == [str(product.pk)]


def test_an_empty_shop(api):
    assert api.get(URL).json()["items"] == []


def test_pages_never_repeat_a_product_whatever_happens_between_them(api, products):
    first = api.get(URL, {"limit": 4}).json()
    Interaction.objects.create(shopper_id=uuid.uuid4(), kind=Kind.VIEW, product_id=products[5].pk)
    api.post("/api/v1/events/", {"kind": "view", "product": first["items"][0]["product"]["id"]}, "json")
    second = api.get(URL, {"limit": 4, "cursor": first["next_cursor"]}).json()

    ids = [item["product"]["id"] for page in (first, second) for item in page["items"]]
    assert sorted(ids) == sorted(str(product.pk) for product in products)
    assert second["next_cursor"] is None


def test_a_list_has_an_end(category, api):
    publish(ProductFactory.create_batch(103, category=category))
    first = api.get(URL, {"limit": 60}).json()
    second = api.get(URL, {"limit": 60, "cursor": first["next_cursor"]}).json()

    ids = {item["product"]["id"] for page in (first, second) for item in page["items"]}
    assert (len(first["items"]), len(second["items"]), len(ids)) == (60, 40, 100)
    assert second["next_cursor"] is None


@pytest.mark.parametrize("limit", [1, 5])
def test_three_queries_for_a_visitor(api, products, queries, monkeypatch, limit):
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 60.0)
    token = api.get(URL).headers[TOKEN_HEADER]
    event = {"kind": "view", "product": str(products[0].pk)}
    api.post("/api/v1/events/", event, "json", headers={TOKEN_HEADER: token})

    with queries(3):  # profile, log while no worker has written the profile, products
        assert len(api.get(URL, {"limit": limit}, headers={TOKEN_HEADER: token}).json()["items"]) == limit


def test_three_queries_for_an_account_beside_signing_it_in(user_api, user, products, queries, monkeypatch):
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 60.0)
    Interaction.objects.create(shopper_id=user.pk, kind=Kind.VIEW, product_id=products[0].pk)
    user_api.get(URL)

    with queries(5):  # session and account; profile, log, products
        user_api.get(URL, {"limit": 5})


def test_what_the_shop_pins_and_hides_holds_through_the_pages(api, products):
    rule_set("Autumn", pin(products[5], 2), pin(products[4], 4), hide(products[0], slot="api"))

    pages = [api.get(URL, {"intent": "trending", "limit": 2}).json()]
    while pages[-1]["next_cursor"]:
        pages.append(api.get(URL, {"intent": "trending", "limit": 2, "cursor": pages[-1]["next_cursor"]}).json())

    items = [item for page in pages for item in page["items"]]
    shown = [item["product"]["id"] for item in items]
    assert [shown[1], shown[3]] == [str(products[5].pk), str(products[4].pk)]
    assert sorted(shown) == sorted(str(product.pk) for product in products[1:])
    assert items[1]["reasons"] == [{"code": "featured", "anchor_id": None, "text": "Selected by the shop"}]
    assert items[1]["source"] == "rule"
