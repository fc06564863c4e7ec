"""The cart as a page, as plain forms and by htmx."""

import uuid

import pytest
from django.test import Client

from accounts.shoppers import COOKIE_NAME, Shopper, read_visitor_token
from shop.cart.models import Cart, CartItem
from shop.cart.selectors import cart_contents
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from shop.views.cart import safe_next
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def address(verb, product):
    return f"/cart/{verb}/{product.pk}/"


def held(shopper):
    return {item.product_id: item.quantity for item in cart_contents(shopper).items}


@pytest.fixture
def filled(visitor, product):
    """The visitor's cart holds two pieces of `product`."""
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)
    return product


def test_add_by_form(visitor_client, visitor, product):
    response = visitor_client.post(address("add", product), {"quantity": "2"}, follow=True)

    assert response.redirect_chain == [("/cart/", 302)]
    assert f"“{product.title}” is in your cart." in response.content.decode()
    assert held(visitor) == {product.pk: 2}


def test_add_makes_a_visitor_who_keeps_the_cart(client, product):
    response = client.post(address("add", product))

    visitor_id = read_visitor_token(response.cookies[COOKIE_NAME].value)
    assert visitor_id is not None
    assert held(Shopper(visitor_id)) == {product.pk: 1}
    assert client.get("/cart/").context["cart"].count == 1


def test_add_by_htmx_sends_badge_and_toast(visitor_client, visitor, product):
    response = visitor_client.post(address("add", product), headers=HTMX)

    page = response.content.decode()
    assert response.status_code == 200
    assert '<span class="cart-link__count" id="cart-count" hx-swap-oob="true">1</span>' in page
    assert 'hx-swap-oob="beforeend:#toasts"' in page
    assert f"{product.title} is in your cart." in page
    assert "<html" not in page
    assert held(visitor) == {product.pk: 1}


def test_add_tells_the_listeners(visitor_client, visitor, product, events):
    with events() as said:
        visitor_client.post(address("add", product), {"quantity": "3"})

    assert said == [("cart_item_added", {"shopper_id": visitor.id, "product_id": product.pk, "quantity": 3})]


@pytest.mark.parametrize("quantity", ["0", "-1", "100", "1.5", "abc", "", "٣٣٣", "9" * 400])
def test_bad_quantity_changes_nothing(visitor_client, visitor, filled, quantity):
    response = visitor_client.post(address("add", filled), {"quantity": quantity}, headers=HTMX)

    assert response.status_code == 409
    assert "Choose a quantity from 1 to 99." in response.content.decode()
    assert held(visitor) == {filled.pk: 2}


@pytest.mark.parametrize(
    ("fields", "says"),
    [({"stock": 0}, "is sold out"), ({"price": None}, "has no price"), ({"is_published": False}, "no longer for sale")],
)
def test_what_cannot_be_bought_is_refused(visitor_client, visitor, fields, says):
    product = ProductFactory.create(**fields)

    by_htmx = visitor_client.post(address("add", product), headers=HTMX)
    by_form = visitor_client.post(address("add", product), follow=True)

    assert by_htmx.status_code == 409
    assert "toast--bad" in by_htmx.content.decode()
    assert says in by_htmx.content.decode()
    assert says in by_form.content.decode()
    assert held(visitor) == {}


def test_unknown_product_is_refused(visitor_client):
    response = visitor_client.post(f"/cart/add/{uuid.uuid4()}/", headers=HTMX)

    assert response.status_code == 409
    assert CartItem.objects.count() == 0


def test_client_cannot_name_a_price(visitor_client, visitor, product):
    visitor_client.post(address("add", product), {"price": "0.01", "unit_price": "0.01", "total": "0"})

    assert cart_contents(visitor).total == product.price


@pytest.mark.parametrize(
    ("address_after", "expected"), [("/p/lamp/", "/p/lamp/"), ("https://evil.example/", "/cart/"), ("//evil", "/cart/")]
)
def test_next_stays_in_the_shop(visitor_client, product, address_after, expected):
    response = visitor_client.post(address("add", product), {"next": address_after})

    assert response["Location"] == expected


@pytest.mark.parametrize(
    ("form", "quantity"),
    [({"quantity": "5"}, 5), ({"quantity": "2", "step": "1"}, 3), ({"quantity": "2", "step": "-1"}, 1)],
)
def test_update(visitor_client, visitor, filled, form, quantity):
    response = visitor_client.post(address("update", filled), form, headers=HTMX)

    page = response.content.decode()
    assert held(visitor) == {filled.pk: quantity}
    assert f'id="cart-count" hx-swap-oob="true">{quantity}</span>' in page
    assert page.count('id="cart"') == 1
    assert f"${20 * quantity}.00" in page


def test_update_by_form_goes_back_to_the_cart(visitor_client, visitor, filled):
    response = visitor_client.post(address("update", filled), {"quantity": "3"})

    assert (response.status_code, response["Location"]) == (302, "/cart/")
    assert held(visitor) == {filled.pk: 3}


def test_update_beyond_the_stock_is_refused(visitor_client, visitor, filled):
    page = visitor_client.post(address("update", filled), {"quantity": "11"}, headers=HTMX).content.decode()

    assert "Only 10 of" in page
    assert 'role="alert"' in page
    assert held(visitor) == {filled.pk: 2}


@pytest.mark.parametrize("form", [{"quantity": "0"}, {"quantity": "1", "step": "-1"}])
def test_update_to_nothing_removes(visitor_client, visitor, filled, form):
    page = visitor_client.post(address("update", filled), form, headers=HTMX).content.decode()

    assert held(visitor) == {}
    assert "> Undo<" in page


def test_remove_and_put_back(visitor_client, visitor, filled):
    page = visitor_client.post(address("remove", filled), headers=HTMX).content.decode()
    assert held(visitor) == {}
    assert f"“{filled.title}” was removed." in page
    assert '<input type="hidden" name="quantity" value="2">' in page
    assert 'id="cart-count" hx-swap-oob="true"></span>' in page

    visitor_client.post(address("update", filled), {"quantity": "2"}, headers=HTMX)
    assert held(visitor) == {filled.pk: 2}


def test_remove_by_form_says_what_went(visitor_client, filled):
    response = visitor_client.post(address("remove", filled), follow=True)

    assert f"“{filled.title}” was removed from your cart." in response.content.decode()


def test_removing_twice_is_no_error(visitor_client, filled):
    for _ in range(2):
        assert visitor_client.post(address("remove", filled)).status_code == 302


def test_carts_of_others_are_out_of_reach(user_client, user, visitor, filled):
    user_client.post(address("remove", filled))
    user_client.post(address("update", filled), {"quantity": "9"})

    assert held(visitor) == {filled.pk: 2}
    assert held(Shopper(user.pk, user)) == {filled.pk: 9}


def test_problems_are_said(visitor_client, filled):
    Product.objects.filter(pk=filled.pk).update(stock=1)

    page = visitor_client.get("/cart/").content.decode()

    assert page.count("Only 1 of") == 2  # in the notice above and at the line


def test_empty_cart_offers_what_is_popular(client, product):
    response = client.get("/cart/")

    assert "Your cart is empty" in response.content.decode()
    assert list(response.context["popular"]) == [product]
    assert not Cart.objects.exists()


@pytest.mark.parametrize("verb", ["add", "update", "remove"])
def test_changes_need_a_post_with_a_token(verb, product):
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(address(verb, product)).status_code == 405
    refused = strict.post(address(verb, product), {"quantity": "1"})
    assert refused.status_code == 403
    assert "Please send the form again" in refused.content.decode()
    assert not CartItem.objects.exists()


def test_constant_number_of_queries(visitor_client, visitor, category, reads_of):
    others = ProductFactory.create_batch(40, category=category)  # so that the rail is full in both cases
    add_to_cart(shopper=visitor, product_id=others[0].pk)
    few = reads_of(visitor_client, "/cart/")
    for product in others[1:20]:
        add_to_cart(shopper=visitor, product_id=product.pk)

    assert reads_of(visitor_client, "/cart/") == few
    assert few <= 8


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/p/lamp/?a=1#b", "/p/lamp/?a=1#b"),
        ("http://testserver/cart/", "http://testserver/cart/"),
        ("", "/default/"),
        ("https://evil.example/", "/default/"),
        ("//evil.example/", "/default/"),
        ("javascript:alert(1)", "/default/"),
    ],
)
def test_safe_next(rf, address, expected):
    assert safe_next(rf.post("/", {"next": address}), "/default/") == expected


def test_next_over_tls_stays_on_tls(rf):
    request = rf.post("/", {"next": "http://testserver/cart/"}, secure=True)

    assert safe_next(request, "/default/") == "/default/"
