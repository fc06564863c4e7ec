"""From the cart to an order: what was shown is what is ordered, once."""

import uuid
from decimal import Decimal

import pytest
from django.test import Client

from shop.cart.models import CartItem
from shop.cart.selectors import cart_contents
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from shop.orders.models import Order
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

ADDRESS = {
    "full_name": "Test Shopper",
    "email": "shopper@example.com",
    "street": "1 Test Street",
    "postal_code": "12345",
    "city": "Testing",
    "country": "Testland",
}


@pytest.fixture
def filled(visitor, product):
    """The visitor's cart holds two pieces at 20.00; ten are in stock."""
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)
    return product


def form_of(page):
    """What a browser would send from the page, with the address filled in."""
    form = page.context["form"]
    return ADDRESS | {name: str(form[name].value()) for name in ("checkout_key", "expected_total")}


def test_guest_orders(visitor_client, visitor, filled):
    page = visitor_client.get("/checkout/")
    response = visitor_client.post("/checkout/", form_of(page))

    order = Order.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/orders/{order.pk}/?thanks=1")
    assert (order.visitor_id, order.user, order.total) == (visitor.id, None, Decimal("40.00"))
    assert (order.full_name, order.country) == ("Test Shopper", "Testland")
    filled.refresh_from_db()
    assert filled.stock == 8
    assert cart_contents(visitor).items == []
    assert "Thank you, Test Shopper." in visitor_client.get(response["Location"]).content.decode()


def test_account_orders(user_client, user, shopper, product):
    add_to_cart(shopper=shopper, product_id=product.pk)

    user_client.post("/checkout/", form_of(user_client.get("/checkout/")))

    assert Order.objects.get().user == user


def test_sending_twice_orders_once(visitor_client, filled):
    form = form_of(visitor_client.get("/checkout/"))

    first = visitor_client.post("/checkout/", form)
    second = visitor_client.post("/checkout/", form)

    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1
    filled.refresh_from_db()
    assert filled.stock == 8


def test_a_form_that_was_used_for_another_address(visitor_client, filled):
    form = form_of(visitor_client.get("/checkout/"))
    visitor_client.post("/checkout/", form)

    response = visitor_client.post("/checkout/", form | {"city": "Elsewhere"}, follow=True)

    assert response.redirect_chain == [("/cart/", 302)]
    assert "This checkout was already sent." in response.content.decode()
    assert [order.city for order in Order.objects.all()] == ["Testing"]


@pytest.mark.parametrize("missing", ADDRESS)
def test_incomplete_address_is_shown_again(visitor_client, visitor, filled, missing):
    form = form_of(visitor_client.get("/checkout/"))

    response = visitor_client.post("/checkout/", form | {missing: " "})

    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("This field is required.") == 1
    assert f'value="{form["checkout_key"]}"' in page
    assert Order.objects.count() == 0
    assert cart_contents(visitor).count == 2


def test_stock_that_went_meanwhile(visitor_client, visitor, filled):
    form = form_of(visitor_client.get("/checkout/"))
    Product.objects.filter(pk=filled.pk).update(stock=1)

    response = visitor_client.post("/checkout/", form)

    page = response.content.decode()
    assert response.status_code == 409
    assert "Your order was not placed" in page
    assert f"Only 1 of “{filled.title}” left." in page
    assert "Update your cart" in page
    assert Order.objects.count() == 0
    assert cart_contents(visitor).count == 2
    filled.refresh_from_db()
    assert filled.stock == 1


def test_price_that_changed_meanwhile_is_shown_and_then_agreed_to(visitor_client, visitor, filled):
    form = form_of(visitor_client.get("/checkout/"))
    Product.objects.filter(pk=filled.pk).update(price=Decimal("25.00"))

    refused = visitor_client.post("/checkout/", form)
    assert refused.status_code == 409
    assert "The total changed from 40.00 to 50.00." in refused.content.decode()
    assert Order.objects.count() == 0
    filled.refresh_from_db()
    assert filled.stock == 10

    again = form_of(refused)
    assert again["checkout_key"] != form["checkout_key"]
    visitor_client.post("/checkout/", again)
    assert Order.objects.get().total == Decimal("50.00")


@pytest.mark.parametrize(
    "tampered", [{"expected_total": "0.01"}, {"expected_total": "-40"}, {"expected_total": "39.99"}]
)
def test_client_cannot_name_a_price(visitor_client, visitor, filled, tampered):
    form = form_of(visitor_client.get("/checkout/"))

    response = visitor_client.post("/checkout/", form | tampered)

    assert response.status_code == 409
    assert Order.objects.count() == 0


@pytest.mark.parametrize("key", ["", "1", str(uuid.UUID(int=0)) + "x"])
def test_damaged_key_orders_nothing(visitor_client, filled, key):
    form = form_of(visitor_client.get("/checkout/"))

    assert visitor_client.post("/checkout/", form | {"checkout_key": key}).status_code == 422
    assert Order.objects.count() == 0


def test_key_of_another_shopper_shows_nothing_of_theirs(visitor_client, filled):
    foreign = OrderFactory.create(full_name="Somebody Else")
    form = form_of(visitor_client.get("/checkout/"))

    response = visitor_client.post("/checkout/", form | {"checkout_key": str(foreign.checkout_key)})

    assert response.status_code == 409
    assert "Somebody Else" not in response.content.decode()
    assert Order.objects.get() == foreign


@pytest.mark.parametrize("method", ["get", "post"])
def test_empty_cart_goes_back_to_the_cart(visitor_client, method):
    form = ADDRESS | {"checkout_key": str(uuid.uuid4())}

    response = getattr(visitor_client, method)("/checkout/", form, follow=True)

    assert response.redirect_chain == [("/cart/", 302)]
    assert "Choose something first." in response.content.decode()


def test_problems_of_the_cart_close_the_way(visitor_client, filled):
    Product.objects.filter(pk=filled.pk).update(stock=0)

    page = visitor_client.get("/checkout/").content.decode()

    assert "is sold out." in page
    assert 'type="submit" disabled>Place the order' in page


def test_address_of_the_last_order_is_offered(user_client, user, shopper, product):
    OrderFactory.create(street="Foreign Street")
    OrderFactory.create(user=user, street="Old Street")
    OrderFactory.create(user=user, street="New Street")
    add_to_cart(shopper=shopper, product_id=product.pk)

    form = user_client.get("/checkout/").context["form"]

    assert form["street"].value() == "New Street"


def test_account_without_orders_brings_name_and_address(user_client, user, shopper, product):
    add_to_cart(shopper=shopper, product_id=product.pk)

    form = user_client.get("/checkout/").context["form"]

    assert (form["full_name"].value(), form["email"].value(), form["street"].value()) == (user.name, user.email, None)


def test_needs_a_token(filled):
    strict = Client(enforce_csrf_checks=True)

    assert strict.post("/checkout/", ADDRESS).status_code == 403
    assert CartItem.objects.count() == 1


def test_is_not_kept_by_caches(visitor_client, filled):
    assert "no-store" in visitor_client.get("/checkout/")["Cache-Control"]


def test_constant_number_of_queries(user_client, shopper, product, reads_of):
    add_to_cart(shopper=shopper, product_id=product.pk)

    assert reads_of(user_client, "/checkout/") == 5
