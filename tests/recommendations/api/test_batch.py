"""GET and POST /api/v1/recommendations/batch/."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.serving import handle
from recommendations.tasks import refresh_shopper
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.ruling import hide, pin, rule_set

pytestmark = pytest.mark.django_db

URL = "/api/v1/recommendations/batch/"


@pytest.fixture
def service(api, settings):
    """A program with the service token."""
    settings.SERVICE_TOKEN = "a-long-token"
    api.credentials(HTTP_AUTHORIZATION="Bearer a-long-token")
    return api


@pytest.fixture
def products(category):
    products = ProductFactory.create_batch(6, category=category)
    publish(products, [[1, 0], [1, 0.1], [1, 0.2], [0, 1], [0.1, 1], [0.2, 1]])
    return products


def test_each_shopper_gets_their_own_list(service, user, products):
    Interaction.objects.create(shopper_id=user.pk, kind=Kind.PURCHASE, product_id=products[0].pk)
    stranger = uuid.uuid4()

    answer = service.post(URL, {"shoppers": [str(user.pk), str(stranger)], "limit": 6}, "json")

    assert answer.status_code == 200
    known, unknown = answer.json()["results"]
    assert (known["shopper"], unknown["shopper"]) == (str(user.pk), str(stranger))
    assert set(known) == {
        "shopper", "recomm_id", "model_version", "variant", "fallback_used", "items", "next_cursor",
    }  # fmt: skip
    assert str(products[0].pk) not in {item["product"]["id"] for item in known["items"]}
    assert (len(known["items"]), len(unknown["items"])) == (5, 6)
    assert (known["fallback_used"], unknown["fallback_used"]) == (False, True)


def test_the_query_string_asks_the_same(service, products):
    shoppers = [str(uuid.uuid4()) for _ in range(3)]

    body = service.get(URL, {"shoppers": ",".join(shoppers), "intent": "trending", "limit": 1}).json()

    assert [entry["shopper"] for entry in body["results"]] == shoppers
    assert [len(entry["items"]) for entry in body["results"]] == [1, 1, 1]


@pytest.mark.parametrize(
    ("question", "attr", "code"),
    [
        ({}, "shoppers", "required"),
        ({"shoppers": []}, "shoppers", "empty"),
        ({"shoppers": "x"}, "shoppers", "not_a_list"),
        ({"shoppers": ["1"]}, "shoppers.0", "invalid"),
        ({"shoppers": [str(uuid.UUID(int=1))] * 101}, "shoppers", "max_length"),
        ({"shoppers": [str(uuid.UUID(int=1))], "limit": 51}, "limit", "max_value"),
        ({"shoppers": [str(uuid.UUID(int=1))], "intent": "similar"}, "item", "required"),
    ],
    ids=["missing", "empty", "text", "no-id", "too-many", "too-long", "similar-to-what"],
)
def test_a_wrong_question_is_refused(service, question, attr, code):
    answer = service.post(URL, question, "json")

    assert answer.status_code == 400
    assert [(error["attr"], error["code"]) for error in answer.json()["errors"]] == [(attr, code)]


def test_who_may_ask(api, user_api, staff, settings):
    question = {"shoppers": str(uuid.uuid4())}
    assert user_api.get(URL, question).status_code == 403

    api.logout()
    assert api.get(URL, question).status_code == 401
    settings.SERVICE_TOKEN = "secret"
    assert api.get(URL, question, headers={"Authorization": "Bearer other"}).status_code == 401
    assert api.get(URL, question, headers={"Authorization": "Bearer secret"}).status_code == 200

    api.force_authenticate(staff)
    assert api.get(URL, question).status_code == 200


def test_an_empty_token_opens_nothing(api, db, settings):
    settings.SERVICE_TOKEN = ""

    assert api.get(URL, {"shoppers": str(uuid.uuid4())}, headers={"Authorization": "Bearer "}).status_code == 401


@pytest.fixture
def shoppers(products, monkeypatch):
    """Four visitors who looked at one product each."""
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 60.0)
    handle.current()
    visitors = [str(uuid.uuid4()) for _ in range(4)]
    for number, visitor in enumerate(visitors):
        Interaction.objects.create(shopper_id=visitor, kind=Kind.VIEW, product_id=products[number].pk)
    return visitors


def test_a_hundred_shoppers_take_as_many_queries_as_one(service, shoppers, queries):
    for visitor in shoppers:
        refresh_shopper(visitor)

    with queries(2):  # profiles, products
        answer = service.post(URL, {"shoppers": shoppers * 25, "limit": 3}, "json")
    assert [result["shopper"] for result in answer.json()["results"]] == shoppers * 25


def test_shoppers_without_a_profile_take_one_query_more_each(service, shoppers, queries):
    with queries(2 + 4):  # profiles, the log of each, products
        assert len(service.post(URL, {"shoppers": shoppers, "limit": 3}, "json").json()["results"]) == 4


def test_each_list_is_what_the_shopper_alone_gets(service, shoppers):
    for visitor in shoppers[:2]:
        refresh_shopper(visitor)
    together = service.post(URL, {"shoppers": shoppers, "limit": 4}, "json").json()["results"]

    for visitor, found in zip(shoppers, together, strict=True):
        (alone,) = service.post(URL, {"shoppers": [visitor], "limit": 4}, "json").json()["results"]
        assert alone | {"recomm_id": ""} == found | {"recomm_id": ""}


def test_the_rules_of_the_shop_hold_for_each(service, user, products):
    rule_set("Autumn", pin(products[4], 1), hide(products[2]))

    answer = service.post(URL, {"shoppers": [str(user.pk), str(uuid.uuid4())], "limit": 6}, "json")

    for result in answer.json()["results"]:
        shown = [item["product"]["id"] for item in result["items"]]
        assert shown[0] == str(products[4].pk)
        assert str(products[2].pk) not in shown
