"""Carts in the admin."""

import pytest
from django.urls import reverse

from shop.cart.models import Cart, CartItem
from tests.factories import CartFactory, CartItemFactory, ProductFactory, UserFactory

pytestmark = pytest.mark.django_db


def items(cart: Cart, *rows: dict) -> dict:
    existing = cart.items.count() if cart.pk else 0
    fields = {"items-TOTAL_FORMS": len(rows), "items-INITIAL_FORMS": existing}
    for position, row in enumerate(rows):
        fields |= {f"items-{position}-{name}": value for name, value in row.items()}
    return fields


def test_the_list_shows_pieces_and_value(staff_client):
    cart = CartFactory()
    CartItemFactory(cart=cart, quantity=2, product=ProductFactory(price=5))
    CartItemFactory(cart=cart, product=ProductFactory(price=None))
    CartFactory(user=None, visitor_id=cart.pk)

    rows = staff_client.get("/admin/shop/cart/").context["cl"].result_list

    assert {(row.pieces, row.value) for row in rows} == {(3, 10), (None, None)}


def test_staff_change_what_is_in_a_cart(staff_client):
    item, product = CartItemFactory(), ProductFactory()
    rows = ({"id": item.pk, "product": item.product.pk, "quantity": 4}, {"product": product.pk, "quantity": 1})

    response = staff_client.post(
        reverse("admin:shop_cart_change", args=[item.cart.pk]), {"user": item.cart.user_id} | items(item.cart, *rows)
    )

    assert response.status_code == 302
    assert set(CartItem.objects.values_list("product", "quantity")) == {(item.product.pk, 4), (product.pk, 1)}


@pytest.mark.parametrize("quantity", ["0", "100", "-1", "x"])
def test_a_quantity_outside_the_limits_is_refused(staff_client, quantity):
    item = CartItemFactory(quantity=3)
    row = {"id": item.pk, "product": item.product.pk, "quantity": quantity}

    response = staff_client.post(
        reverse("admin:shop_cart_change", args=[item.cart.pk]), {"user": item.cart.user_id} | items(item.cart, row)
    )

    assert response.status_code == 200
    assert CartItem.objects.get().quantity == 3


@pytest.mark.parametrize("owners", ["none", "both"])
def test_a_cart_has_exactly_one_owner(staff_client, owners):
    user = UserFactory()
    fields = {"user": user.pk, "visitor_id": user.pk} if owners == "both" else {}

    response = staff_client.post("/admin/shop/cart/add/", fields | items(Cart(pk=None)))

    assert response.status_code == 200
    assert not Cart.objects.exists()
