"""Nothing to go by, nothing to sell, nothing left: every question is answered all the same. Fault 47 of the list."""

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, visitor_token
from recommendations.behaviour.event_weights import Kind
from recommendations.learning.training import TrainingRefused, train
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU, INTENTS, RECENTLY_VIEWED, SIMILAR, TRENDING
from recommendations.lists.questions import Intent
from shop.catalogue.models import Product
from tests.factories import ProductFactory
from tests.recommendations.shopping import act
from tests.recommendations.tastes import two_tastes

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("own_models")]
URL = "/api/v1/recommendations/"
NOBODY = uuid.UUID(int=10**9)
PAGES = ("/", "/search/?q=lamp", "/cart/")


def asked(intent: Intent, *, shopper: uuid.UUID = NOBODY, **question: Any) -> dict:
    """The API's answer, which must be 200."""
    about = {"item": str(uuid.uuid4())} if intent in (SIMILAR, COMPLEMENTARY) else {}
    answer = APIClient().get(
        URL, {"intent": intent.name, **about, **question}, headers={TOKEN_HEADER: visitor_token(shopper)}
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def shown(body: dict) -> list[str]:
    return [item["product"]["id"] for item in body["items"]]


def every_answer(**question: Any) -> dict[Intent, dict]:
    return {intent: asked(intent, **question) for intent in INTENTS.values()}


def assert_pages_open(client) -> None:
    assert {page: client.get(page).status_code for page in PAGES} == dict.fromkeys(PAGES, 200)


@pytest.mark.parametrize("is_trained", [False, True])
def test_fault_47_ids_nobody_knows_are_answered_with_what_there_is(client, is_trained):
    products = two_tastes()
    if is_trained:
        train(is_measured=False)
    everything = {str(product.pk) for product in products}

    for intent, body in every_answer(category=str(uuid.uuid4()), limit=5).items():
        if intent is RECENTLY_VIEWED:
            assert (body["items"], body["fallback_used"]) == ([], False)
            continue
        assert len(set(shown(body)) & everything) == 5
        assert body["fallback_used"] is True
    assert_pages_open(client)


def test_fault_47_an_empty_catalogue(client):
    with pytest.raises(TrainingRefused, match="catalogue is empty"):
        train()

    for intent, body in every_answer().items():
        assert body["items"] == []
        assert body["fallback_used"] is (intent is not RECENTLY_VIEWED)
    assert_pages_open(client)


@pytest.mark.parametrize("is_trained", [False, True])
def test_fault_47_a_single_product(client, is_trained):
    only = ProductFactory()
    act(Kind.VIEW, only)
    if is_trained:
        train(is_measured=False)

    assert shown(asked(FOR_YOU)) == [str(only.pk)]
    assert shown(asked(TRENDING)) == [str(only.pk)]
    beside = asked(SIMILAR, item=str(only.pk))
    assert (beside["items"], asked(COMPLEMENTARY, item=str(only.pk))["items"]) == ([], [])
    assert client.get(only.get_absolute_url()).status_code == 200
    assert_pages_open(client)


@pytest.mark.parametrize("change", [{"stock": 0}, {"is_published": False}], ids=["sold out", "hidden"])
@pytest.mark.parametrize("is_trained", [False, True])
def test_fault_47_nothing_left_to_sell(client, change, is_trained):
    two_tastes()
    if is_trained:
        train(is_measured=False)
    Product.objects.update(**change)

    for intent, body in every_answer(shopper=uuid.UUID(int=1)).items():
        assert body["items"] == [], intent
    assert_pages_open(client)


def test_fault_47_whoever_bought_everything_gets_an_empty_list_and_others_a_full_one(client):
    products = two_tastes()
    buyer = uuid.UUID(int=1)
    for product in products:
        act(Kind.PURCHASE, product, shopper=buyer, value=1)
    train(is_measured=False)

    for intent in (FOR_YOU, TRENDING, COMPLEMENTARY, SIMILAR):
        assert asked(intent, shopper=buyer, item=str(products[0].pk))["items"] == []
    others = asked(FOR_YOU, shopper=uuid.UUID(int=2))
    assert others["items"]
    assert_pages_open(client)
