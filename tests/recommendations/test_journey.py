"""A shopper's way through the shop over HTTP: every step changes what is recommended, and nothing is trained anew."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.learning.training import train
from recommendations.versions.models import ModelVersion
from tests.factories import PASSWORD, CategoryFactory, ProductFactory, UserFactory
from tests.recommendations import tower_model

pytestmark = pytest.mark.django_db

RECOMMENDATIONS, EVENTS = "/api/v1/recommendations/", "/api/v1/events/"


@pytest.fixture
def tastes(monkeypatch):
    """Two groups of products, each liked by shoppers of its own; a version trained on that."""
    tower_model.install(monkeypatch)
    groups = [ProductFactory.create_batch(6, category=CategoryFactory()) for _ in range(2)]
    for number in range(20):
        for product in groups[number % 2]:
            Interaction.objects.create(
                shopper_id=uuid.UUID(int=number),
                kind=Kind.VIEW,
                product_id=product.pk,
                occurred_at=timezone.now() - timedelta(days=10),
            )
    train(is_measured=False)
    return groups


@pytest.fixture
def shown(client):
    def ask(limit=4, **query) -> list[uuid.UUID]:
        body = client.get(RECOMMENDATIONS, {"limit": limit} | query).json()
        return [uuid.UUID(item["product"]["id"]) for item in body["items"]]

    return ask


def from_group(ids, group) -> int:
    return len(set(ids) & {product.pk for product in group})


def test_views_cart_sign_in_order_and_dismissal(client, tastes, shown, committed):
    lamps, tools = tastes
    everybodys = shown()

    with committed():
        answer = client.post(
            EVENTS, {"events": [{"kind": "view", "product": str(p.pk)} for p in tools[:2]]}, "application/json"
        )
    assert answer.json()["stored"] == 2
    after_views = shown()
    assert after_views != everybodys
    assert set(after_views[:2]) <= {product.pk for product in tools[2:]}
    assert set(shown(intent="recently_viewed")) == {tools[0].pk, tools[1].pk}

    with committed():
        client.get(reverse("shop:product", args=[lamps[0].slug]))
        client.post("/api/v1/cart/items/", {"product_id": str(lamps[0].pk), "quantity": 1}, "application/json")
    assert from_group(shown(limit=6), lamps) > from_group(after_views, lamps)

    user = UserFactory()
    visitor = Interaction.objects.get(kind=Kind.ADD_TO_CART).shopper_id
    with committed():
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert VisitorLink.objects.get(visitor_id=visitor).user_id == user.pk
    assert ShopperProfile.objects.get(shopper_id=user.pk).event_count == 4
    assert from_group(shown(limit=6), lamps) > 0

    with committed():
        answer = client.post(
            "/api/v1/checkout/",
            {
                "checkout_key": str(uuid.uuid4()),
                "full_name": "Test Shopper",
                "street": "1 Test Street",
                "city": "Testing",
                "postal_code": "12345",
                "country": "Testland",
                "email": user.email,
            },
            "application/json",
        )
    assert answer.status_code == 201, answer.content
    assert Interaction.objects.get(kind=Kind.PURCHASE).shopper_id == user.pk
    assert lamps[0].pk not in shown(limit=100)

    unwanted = shown(limit=1)[0]
    with committed():
        client.post(reverse("recommendations:not-interested", args=[unwanted]))
    for intent in ("for_you", "trending", "complementary"):
        assert unwanted not in shown(limit=100, intent=intent)

    client.logout()
    assert shown() == everybodys
    assert ModelVersion.objects.count() == 1


def test_the_next_visitor_of_the_same_machine_starts_clean(client, tastes, shown, committed):
    _, tools = tastes
    everybodys = shown()
    with committed():
        client.post(EVENTS, {"kind": "view", "product": str(tools[0].pk)}, "application/json")
    user = UserFactory()
    with committed():
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        client.logout()

    assert shown() == everybodys
    assert shown(intent="recently_viewed") == []


@pytest.mark.parametrize("is_known", [False, True], ids=["anonymous", "account"])
def test_a_new_product_and_a_new_shopper_take_part_without_a_training(client, user, tastes, shown, committed, is_known):
    lamps, tools = tastes
    if is_known:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    with committed():
        new = ProductFactory(category=tools[0].category, title=tools[0].title)

    with committed():
        client.post(EVENTS, {"kind": "view", "product": str(tools[0].pk)}, "application/json")
    assert new.pk in shown(limit=6)
    assert new.pk in shown(limit=6, intent="similar", item=tools[1].pk)

    # Somebody who has only seen what no version knows: its content says what they like.
    client.logout()
    client.cookies.clear()
    everybodys = shown(limit=5)
    with committed():
        client.post(EVENTS, {"kind": "view", "product": str(new.pk)}, "application/json")
    seen = shown(limit=5)
    assert seen != everybodys
    assert from_group(seen, tools) > from_group(seen, lamps)
    assert ModelVersion.objects.count() == 1
