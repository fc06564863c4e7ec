"""Add products to a cart and remove them. Every call is a transaction that holds the cart's row lock."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.shoppers import Shopper
from shop.cart.models import MOST_LINES, MOST_OF_ONE_PRODUCT, Cart, CartItem
from shop.catalogue.models import Product
from shop.errors import CartFull, InvalidQuantity, NotEnoughStock, ProductUnavailable
from shop.signals import cart_item_added, send_on_commit


@dataclass(frozen=True)
class RemovedItem:
    """A removed line, with all that `set_quantity` needs to restore it."""

    product_id: uuid.UUID
    title: str
    quantity: int


@transaction.atomic
def add_to_cart(*, shopper: Shopper, product_id: uuid.UUID, quantity: int = 1) -> CartItem:
    """Add `quantity` pieces of a product to the cart and return the line.

    Raises InvalidQuantity, ProductUnavailable, NotEnoughStock or CartFull; the cart is then as before.
    """
    _check_quantity(quantity)
    product = _product_for_sale(product_id)
    cart = locked_cart(shopper)
    item = CartItem.objects.filter(cart=cart, product=product).first()
    return _store(shopper, cart, product, quantity + (item.quantity if item else 0), item)


@transaction.atomic
def set_quantity(*, shopper: Shopper, product_id: uuid.UUID, quantity: int) -> CartItem | None:
    """Make the line hold exactly `quantity` pieces; 0 removes it and returns None.

    Raises InvalidQuantity, ProductUnavailable, NotEnoughStock or CartFull; the cart is then as before.
    """
    if quantity == 0 and not isinstance(quantity, bool):
        remove_from_cart(shopper=shopper, product_id=product_id)
        return None
    _check_quantity(quantity)
    product = _product_for_sale(product_id)
    cart = locked_cart(shopper)
    return _store(shopper, cart, product, quantity, CartItem.objects.filter(cart=cart, product=product).first())


@transaction.atomic
def remove_from_cart(*, shopper: Shopper, product_id: uuid.UUID) -> RemovedItem | None:
    """Take the product out of the cart; None when it was not there."""
    item = (
        CartItem.objects.select_for_update(of=("self",))
        .filter(cart__in=Cart.objects.of_shopper(shopper), product_id=product_id)
        .select_related("product")
        .first()
    )
    if item is None:
        return None
    item.delete()
    return RemovedItem(product_id, item.product.title, item.quantity)


@transaction.atomic
def merge_visitor_cart(*, visitor_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Move a visitor's cart into the account's and delete it; a second call changes nothing.

    Quantities add up to at most MOST_OF_ONE_PRODUCT and the stock. A line that cannot be ordered now moves as it is.
    Lines for which the account's cart has no room are left out.
    """
    visitor_cart = Cart.objects.select_for_update().filter(visitor_id=visitor_id).first()
    if visitor_cart is None:
        return
    cart = _locked_owner(user_id=user_id)
    present = {item.product_id: item for item in cart.items.all()}
    for item in visitor_cart.items.select_related("product"):
        if (own := present.get(item.product_id)) is None:
            if len(present) < MOST_LINES:
                present[item.product_id] = item
                item.cart = cart
                item.save(update_fields=["cart"])
            continue
        most = min(MOST_OF_ONE_PRODUCT, max(item.product.stock, own.quantity))
        own.quantity = min(own.quantity + item.quantity, most)
        own.save(update_fields=["quantity"])
    visitor_cart.delete()


def locked_cart(shopper: Shopper) -> Cart:
    """Return the shopper's cart, created if missing and locked until the transaction ends."""
    if shopper.is_anonymous:
        return _locked_owner(visitor_id=shopper.id)
    return _locked_owner(user_id=shopper.id)


def _check_quantity(quantity: int) -> None:
    if isinstance(quantity, bool) or not isinstance(quantity, int) or not 1 <= quantity <= MOST_OF_ONE_PRODUCT:
        raise InvalidQuantity(f"Choose a quantity from 1 to {MOST_OF_ONE_PRODUCT}.")


def _product_for_sale(product_id: uuid.UUID) -> Product:
    product = Product.objects.published().for_card().filter(pk=product_id).first()
    if product is None:
        raise ProductUnavailable("This product is no longer for sale.")
    if product.price is None:
        raise ProductUnavailable(f"“{product.title}” has no price at the moment and cannot be ordered.")
    return product


def _locked_owner(**owner: Any) -> Cart:
    cart, _ = Cart.objects.get_or_create(**owner)
    return Cart.objects.select_for_update().get(pk=cart.pk)


def _store(shopper: Shopper, cart: Cart, product: Product, quantity: int, item: CartItem | None) -> CartItem:
    """Write the line after the last checks, and announce the number of added pieces, if any."""
    if quantity > MOST_OF_ONE_PRODUCT:
        raise InvalidQuantity(f"You can order at most {MOST_OF_ONE_PRODUCT} of “{product.title}”.")
    if quantity > product.stock:
        left = f"Only {product.stock} of “{product.title}” left" if product.stock else f"“{product.title}” is sold out"
        raise NotEnoughStock(f"{left}; you have {item.quantity} in your cart." if item else f"{left}.")
    added = quantity - (item.quantity if item else 0)
    if item is None:
        if cart.items.count() >= MOST_LINES:
            raise CartFull(f"A cart holds {MOST_LINES} different products: order them, or take one out.")
        item = CartItem(cart=cart, product=product)
    item.product, item.quantity = product, quantity
    item.save()
    cart.save(update_fields=["updated_at"])
    if added > 0:
        send_on_commit(cart_item_added, CartItem, shopper_id=shopper.id, product_id=product.pk, quantity=added)
    return item
