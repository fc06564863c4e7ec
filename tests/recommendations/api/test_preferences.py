"""recommendations/categories/, recently-viewed/ and not-interested/ over HTTP."""

import uuid

import pytest

from accounts.shoppers import TOKEN_HEADER
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import act
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db
CHOICE = "/api/v1/recommendations/categories/"
VIEWED = "/api/v1/recommendations/recently-viewed/"
DISMISSED = "/api/v1/recommendations/not-interested/"
LIST = "/api/v1/recommendations/"


@pytest.fixture
def shelves():
    """Three categories of four products each, which a published version knows; the last are the most popular."""
    categories = [CategoryFactory(name=name) for name in ("Audio", "Garden", "Kitchen")]
    products = [
        ProductFactory(category=categories[number // 4], rating_sum=5 * number, rating_count=number)
        for number in range(12)
    ]
    publish(products)
    return categories


def test_a_new_visitor_chooses_and_the_next_list_is_theirs_and_says_why(api, shelves):
    """Cold start: the reason is checked against the log."""
    first = api.get(CHOICE)
    assert [entry["name"] for entry in first.json()["offered"]] == ["Audio", "Garden", "Kitchen"]
    assert (first.json()["chosen"], first.json()["suggested"], first.json()["at_most"]) == ([], 3, 10)

    answer = api.put(CHOICE, {"categories": [str(shelves[0].pk)]}, "json")
    assert [entry["name"] for entry in answer.json()["chosen"]] == ["Audio"]
    api.credentials(HTTP_X_VISITOR_TOKEN=answer[TOKEN_HEADER])
    found = api.get(LIST, {"limit": 6}).json()

    shown = {item["product"]["category"]["name"]: item["reasons"][0] for item in found["items"]}
    assert {item["product"]["category"]["name"] for item in found["items"][:3]} == {"Audio"}
    assert shown["Audio"] == {
        "code": "category_chosen", "anchor_id": None, "text": "From Audio, which you chose",
    }  # fmt: skip
    assert not found["fallback_used"]
    [event] = Interaction.objects.all()
    assert (event.kind, event.category_id, event.value, event.source) == ("choose_category", shelves[0].pk, 1.0, "api")
    assert {reason["code"] for name, reason in shown.items() if name != "Audio"} <= {"popular", "discover"}


def test_putting_the_same_again_changes_nothing_and_delete_takes_it_back(user_api, shelves):
    body = {"categories": [str(category.pk) for category in shelves]}
    assert user_api.put(CHOICE, body, "json").json() == user_api.put(CHOICE, body, "json").json()
    assert Interaction.objects.count() == 3

    assert user_api.delete(CHOICE).status_code == user_api.delete(CHOICE).status_code == 204
    assert user_api.get(CHOICE).json()["chosen"] == []
    assert Interaction.objects.count() == 6


@pytest.mark.parametrize(
    ("body", "code", "attr"),
    [
        ({}, "required", "categories"),
        ({"categories": []}, "min_length", "categories"),
        ({"categories": ["kitchen"]}, "invalid", "categories.0"),
        ({"categories": [str(uuid.UUID(int=5))]}, "unknown_category", "categories"),
        ({"categories": [str(uuid.UUID(int=n)) for n in range(11)]}, "max_length", "categories"),
    ],
    ids=["nothing", "empty", "no id", "unknown", "too many"],
)
def test_a_bad_choice_is_refused(user_api, shelves, body, code, attr):
    assert one_error(user_api.put(CHOICE, body, "json"), 400) == ("validation_error", code, attr)
    assert not Interaction.objects.exists()


def test_asking_what_can_be_chosen_makes_nobody_a_visitor(api, shelves):
    assert TOKEN_HEADER not in api.get(CHOICE)
    assert TOKEN_HEADER not in api.get(DISMISSED)


def test_what_was_viewed_can_be_forgotten(user_api, user, shelves, product):
    act(Kind.VIEW, product, shopper=user.pk)
    viewed = {"intent": "recently_viewed"}
    assert len(user_api.get(LIST, viewed).json()["items"]) == 1

    assert user_api.delete(VIEWED).status_code == user_api.delete(VIEWED).status_code == 204

    assert user_api.get(LIST, viewed).json()["items"] == []
    assert Interaction.objects.filter(kind="clear_viewed", source="api").count() == 1


def test_a_dismissal_is_listed_and_taken_back(user_api, user, product):
    address = f"{DISMISSED}{product.pk}/"
    assert user_api.put(address).status_code == user_api.put(address).status_code == 204
    assert [row["id"] for row in user_api.get(DISMISSED).json()["products"]] == [str(product.pk)]
    assert Interaction.objects.count() == 1

    assert user_api.delete(address).status_code == user_api.delete(address).status_code == 204
    assert user_api.get(DISMISSED).json() == {"products": []}
    assert Interaction.objects.count() == 2


def test_what_the_shop_does_not_show_cannot_be_dismissed(user_api):
    hidden = ProductFactory(is_published=False)

    for key in (hidden.pk, uuid.uuid4()):
        assert one_error(user_api.put(f"{DISMISSED}{key}/"), 404) == ("client_error", "not_found", None)


@pytest.mark.parametrize("kind", ["choose_category", "clear_viewed"])
def test_a_client_cannot_report_them_as_events(user_api, kind):
    answer = user_api.post("/api/v1/events/", {"kind": kind}, "json")

    assert one_error(answer, 400) == ("validation_error", "invalid_choice", "kind")


@pytest.mark.parametrize("size", [1, 8])
def test_constant_number_of_queries(user_api, user, size, django_assert_num_queries):
    for _ in range(size):
        product = ProductFactory()
        act(Kind.NOT_INTERESTED, product, shopper=user.pk, value=1)
    user_api.put(CHOICE, {"categories": [str(product.category_id)]}, "json")

    with django_assert_num_queries(5):  # session, account, links, log, categories
        user_api.get(CHOICE)
    with django_assert_num_queries(5):
        user_api.get(DISMISSED)
