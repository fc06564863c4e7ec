"""ETag and 304 on the catalogue, If-Match on the cart."""

import pytest

from shop.api import conditions
from shop.cart.models import Cart, CartItem
from shop.cart.selectors import cart_contents
from shop.cart.services import add_to_cart
from tests.shop.api.answers import one_error

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/api/v1/products/", "/api/v1/products/{}/", "/api/v1/categories/"])
def test_what_did_not_change_is_not_sent_again(api, product, path):
    path = path.format(product.pk)
    etag = api.get(path)["ETag"]

    again = api.get(path, headers={"If-None-Match": etag})

    assert (again.status_code, again.content) == (304, b"")


def test_what_changed_is(api, product):
    path = f"/api/v1/products/{product.pk}/"
    etag = api.get(path)["ETag"]
    type(product).objects.update(stock=3)

    again = api.get(path, headers={"If-None-Match": etag})

    assert (again.status_code, again.json()["stock"]) == (200, 3)


@pytest.mark.parametrize(("method", "body"), [("put", {"quantity": 5}), ("delete", None)], ids=["put", "delete"])
def test_a_cart_that_changed_meanwhile_is_left_alone(visitor_api, visitor, product, method, body):
    add_to_cart(shopper=visitor, product_id=product.pk)
    seen = visitor_api.get("/api/v1/cart/")["ETag"]
    add_to_cart(shopper=visitor, product_id=product.pk)
    change, item = getattr(visitor_api, method), f"/api/v1/cart/items/{product.pk}/"

    stale = change(item, body, "json", headers={"If-Match": seen})
    blind = change(item, body, "json")

    assert one_error(stale, 412) == ("client_error", "precondition_failed", None)
    assert one_error(blind, 428) == ("client_error", "precondition_required", None)
    assert CartItem.objects.get().quantity == 2


def test_with_the_tag_or_a_star_it_changes(visitor_api, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk)
    item, seen = f"/api/v1/cart/items/{product.pk}/", visitor_api.get("/api/v1/cart/")["ETag"]

    changed = visitor_api.put(item, {"quantity": 5}, "json", headers={"If-Match": f'"other", {seen}'})
    assert (changed.status_code, changed["ETag"] != seen) == (200, True)
    assert visitor_api.put(item, {"quantity": 6}, "json", headers={"If-Match": "*"}).status_code == 200
    assert CartItem.objects.get().quantity == 6


def test_a_cart_is_sent_again_when_anything_it_shows_changed(visitor_api, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk)
    seen = visitor_api.get("/api/v1/cart/")["ETag"]
    assert visitor_api.get("/api/v1/cart/", headers={"If-None-Match": seen}).status_code == 304

    for change in ({"price": 25}, {"title": "Another name"}, {"stock": 0}):
        type(product).objects.update(**change)
        again = visitor_api.get("/api/v1/cart/", headers={"If-None-Match": seen})
        assert (again.status_code, again["ETag"] != seen) == (200, True), change
        seen = again["ETag"]


def test_a_price_that_changed_does_not_keep_the_cart_from_changing(visitor_api, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk)
    item, seen = f"/api/v1/cart/items/{product.pk}/", visitor_api.get("/api/v1/cart/")["ETag"]
    type(product).objects.update(price=25)

    assert visitor_api.put(item, {"quantity": 5}, "json", headers={"If-Match": seen}).status_code == 200
    assert one_error(visitor_api.put(item, {"quantity": 6}, "json", headers={"If-Match": seen}), 412)


def test_the_first_change_has_a_row_to_lock(visitor_api, visitor, product, monkeypatch):
    """Of two first changes, both made for the empty cart, the second must wait (tests/postgresql/inside/test_races.py
    has them at the same moment)."""
    item, empty = f"/api/v1/cart/items/{product.pk}/", visitor_api.get("/api/v1/cart/")["ETag"]
    rows_when_compared: list[int] = []

    def contents(shopper):
        rows_when_compared.append(Cart.objects.of_shopper(shopper).count())
        return cart_contents(shopper)

    monkeypatch.setattr(conditions, "cart_contents", contents)

    first, second = (
        visitor_api.put(item, {"quantity": many}, "json", headers={"If-Match": empty}).status_code for many in (1, 2)
    )

    assert (first, second, rows_when_compared) == (200, 412, [1, 1])
    assert one_error(visitor_api.put(item, {"quantity": 3}, "json", headers={"If-Match": '"x"'}), 412)


def test_a_refused_first_change_leaves_no_cart(visitor_api, product):
    item = f"/api/v1/cart/items/{product.pk}/"

    assert visitor_api.put(item, {"quantity": 3}, "json", headers={"If-Match": '"x"'}).status_code == 412
    assert not Cart.objects.exists()
