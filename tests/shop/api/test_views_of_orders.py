"""Checkout and orders through the API."""

import uuid
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, Shopper, visitor_token
from shop.api.models import StoredAnswer
from shop.cart.models import Cart, CartItem
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from shop.orders.models import Order
from tests.factories import PASSWORD, OrderFactory, OrderLineFactory, ProductFactory, UserFactory
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db
ADDRESS = {
    "full_name": "Test Shopper", "street": "1 Test Street", "city": "Testing", "postal_code": "12345",
    "country": "Testland", "email": "shopper@example.com",
}  # fmt: skip
KEY = str(uuid.UUID(int=7))


@pytest.fixture
def filled(visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)


def test_checkout_makes_one_order_however_often_it_is_sent(visitor_api, filled, product):
    bodies = [
        visitor_api.post("/api/v1/checkout/", ADDRESS | {"checkout_key": KEY}, format="json"),
        visitor_api.post("/api/v1/checkout/", ADDRESS, format="json", headers={"Idempotency-Key": KEY}),
    ]

    assert [response.status_code for response in bodies] == [201, 201]
    assert bodies[0].json() == bodies[1].json()
    order = Order.objects.get()
    assert bodies[0].json() == ADDRESS | {
        "id": str(order.pk),
        "number": order.number,
        "status": "placed",
        "placed_at": bodies[0].json()["placed_at"],
        "currency": "USD",
        "total": "40.00",
        "lines": [
            {
                "product_id": str(product.pk),
                "title": product.title,
                "unit_price": "20.00",
                "quantity": 2,
                "total": "40.00",
            }
        ],
    }
    assert Product.objects.get().stock == 8


def order(client: APIClient, key: str | None = None, **body):
    return client.post("/api/v1/checkout/", ADDRESS | body, "json", headers={"Idempotency-Key": key} if key else {})


def test_checkout_needs_a_key(visitor_api, filled):
    assert one_error(order(visitor_api), 400) == ("validation_error", "required", "checkout_key")
    assert one_error(order(visitor_api, checkout_key="7"), 400)[2] == "checkout_key"
    assert one_error(order(visitor_api, "x" * 256), 400)[2] == "Idempotency-Key"
    assert not Order.objects.exists()


@pytest.mark.parametrize("key", ["any text", KEY], ids=["text", "uuid"])
def test_checkout_with_a_key_answers_as_the_first_time(visitor_api, filled, key):
    first = order(visitor_api, key, expected_total="40.00")
    Order.objects.update(status=Order.Status.CANCELLED)
    again = order(visitor_api, key, expected_total="40.00")

    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.content, again["Idempotent-Replayed"]) == (first.content, "true")
    assert "Idempotent-Replayed" not in first
    assert one_error(order(visitor_api, key, expected_total="41.00"), 409)[1] == "key_reused"
    assert one_error(order(visitor_api, key, city="Elsewhere"), 409)[1] == "key_reused"
    assert Order.objects.count() == 1


@pytest.mark.parametrize("key", ["any text", KEY], ids=["text", "uuid"])
def test_a_key_is_one_order_after_its_answer_is_gone_too(visitor_api, visitor, filled, product, key):
    first = order(visitor_api, key).json()
    StoredAnswer.objects.all().delete()
    add_to_cart(shopper=visitor, product_id=product.pk)

    assert order(visitor_api, key).json() == first
    assert Order.objects.count() == 1


def test_a_text_as_key_is_its_shoppers_own(visitor_api, filled, user_api, shopper, product):
    add_to_cart(shopper=shopper, product_id=product.pk)

    assert [order(client, "1").status_code for client in (visitor_api, user_api)] == [201, 201]
    assert Order.objects.count() == 2


def test_a_refused_checkout_may_be_tried_again_with_its_key(visitor_api, filled):
    assert one_error(order(visitor_api, "any text", expected_total="1.00"), 409)[1] == "checkout_conflict"

    assert order(visitor_api, "any text", expected_total="40.00").status_code == 201


def test_a_checkout_key_with_another_total_is_refused(visitor_api, filled):
    assert order(visitor_api, checkout_key=KEY, expected_total="40.00").status_code == 201

    assert order(visitor_api, checkout_key=KEY).status_code == 201
    assert one_error(order(visitor_api, checkout_key=KEY, expected_total="41.00"), 409)[1] == "checkout_conflict"


@pytest.mark.parametrize("field", sorted(ADDRESS))
def test_checkout_needs_the_whole_address(visitor_api, filled, field):
    for value in ("", "   ", "x" * 300, None):
        response = visitor_api.post("/api/v1/checkout/", ADDRESS | {"checkout_key": KEY, field: value}, format="json")
        assert response.status_code == 400
        assert {error["attr"] for error in response.json()["errors"]} == {field}

    assert not Order.objects.exists()


def test_refusals_of_the_checkout_are_409_with_every_problem(visitor_api, visitor, filled):
    other = ProductFactory(title="Other")
    add_to_cart(shopper=visitor, product_id=other.pk)
    body = ADDRESS | {"checkout_key": KEY}

    told = visitor_api.post("/api/v1/checkout/", body | {"expected_total": "1.00"}, format="json")
    assert one_error(told, 409) == ("client_error", "checkout_conflict", None)
    Product.objects.update(stock=0)
    sold_out = visitor_api.post("/api/v1/checkout/", body, format="json")
    assert sold_out.status_code == 409
    assert len(sold_out.json()["errors"]) == 2
    assert {error["detail"] for error in sold_out.json()["errors"]} >= {"“Other” is sold out."}
    CartItem.objects.all().delete()
    assert one_error(visitor_api.post("/api/v1/checkout/", body, format="json"), 409)[1] == "empty_cart"
    assert not Order.objects.exists()


def test_another_shopper_cannot_replay_a_key(visitor_api, filled, user_api):
    visitor_api.post("/api/v1/checkout/", ADDRESS | {"checkout_key": KEY}, format="json")

    stolen = user_api.post("/api/v1/checkout/", ADDRESS | {"checkout_key": KEY}, format="json")

    assert one_error(stolen, 409)[1] == "checkout_conflict"
    assert "Test Street" not in stolen.content.decode()


def test_fields_that_are_not_the_clients_are_ignored(user_api, user, shopper, product):
    """Mass assignment: prices, owners, states and ids come from the server only."""
    other = UserFactory()
    alien = {
        "id": str(uuid.uuid4()), "user": str(other.pk), "user_id": str(other.pk), "visitor_id": str(other.pk),
        "price": "0.01", "unit_price": "0.01", "total": "0.01", "currency": "XXX", "status": "delivered",
        "number": "1", "stock": 99, "is_staff": True, "lines": [], "placed_at": "2000-01-01T00:00:00Z",
    }  # fmt: skip
    added = user_api.post("/api/v1/cart/items/", alien | {"product_id": product.pk}, format="json")
    assert (added.json()["total"], added.json()["currency"]) == ("20.00", "USD")
    item, anything = f"/api/v1/cart/items/{product.pk}/", {"If-Match": "*"}
    user_api.put(item, alien | {"quantity": 2, "cart": 1}, format="json", headers=anything)

    user_api.post("/api/v1/checkout/", alien | ADDRESS | {"checkout_key": KEY}, format="json")

    order = Order.objects.get()
    assert (order.user, order.visitor_id, order.total, order.currency, order.status) == (
        user, None, Decimal("40.00"), "USD", "placed",
    )  # fmt: skip
    assert str(order.pk) != alien["id"]
    assert order.number != "1"
    assert order.placed_at.year > 2000
    product.refresh_from_db()
    assert (product.price, product.stock) == (Decimal("20.00"), 8)
    user.refresh_from_db()
    assert user.is_staff is False


@pytest.mark.parametrize("count", [1, 5])
def test_own_orders_newest_first_in_bounded_queries(user_api, user, count, django_assert_num_queries):
    orders = [OrderLineFactory(order=OrderFactory(user=user)).order for _ in range(count)]
    OrderLineFactory()

    with django_assert_num_queries(4):  # session, account, orders, lines
        shown = user_api.get("/api/v1/orders/").json()["results"]

    assert [order["id"] for order in shown] == [str(order.pk) for order in orders[::-1]]
    assert all(len(order["lines"]) == 1 for order in shown)


def test_orders_need_an_account(api):
    response = api.get("/api/v1/orders/")

    assert one_error(response, 401) == ("client_error", "not_authenticated", None)
    assert response["WWW-Authenticate"] == "X-Session-Token"


def test_an_order_is_shown_to_its_owner_only(user_api, user, visitor, visitor_api, api, product):
    own, guests = OrderFactory(user=user), OrderFactory(user=None, visitor_id=visitor.id)
    others = OrderFactory()
    stranger = APIClient(headers={TOKEN_HEADER: visitor_token(Shopper(uuid.uuid4()).id)})

    assert user_api.get(f"/api/v1/orders/{own.pk}/").json()["number"] == own.number
    assert visitor_api.get(f"/api/v1/orders/{guests.pk}/").json()["number"] == guests.number
    for client, order in (
        (user_api, others), (user_api, guests), (visitor_api, own), (stranger, own), (stranger, guests),
    ):  # fmt: skip
        assert one_error(client.get(f"/api/v1/orders/{order.pk}/"), 404) == ("client_error", "not_found", None)


def test_a_mobile_client_signs_in_with_a_token(user, product):
    client = APIClient()
    signed_in = client.post("/_allauth/app/v1/auth/login", {"email": user.email, "password": PASSWORD}, format="json")
    phone = APIClient(headers={"X-Session-Token": signed_in.json()["meta"]["session_token"]})
    OrderFactory(user=user)

    assert phone.post("/api/v1/cart/items/", {"product_id": product.pk}, format="json").status_code == 201
    assert Cart.objects.get().user == user
    assert len(phone.get("/api/v1/orders/").json()["results"]) == 1
    forged = APIClient(headers={"X-Session-Token": "forged"})
    assert one_error(forged.get("/api/v1/orders/"), 401)[1] == "authentication_failed"
