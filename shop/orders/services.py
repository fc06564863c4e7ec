"""Place an order, and move it from state to state. The database decides on money and stock, never the client."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.shoppers import Shopper
from shop.cart.models import Cart, CartItem
from shop.catalogue.models import Product
from shop.errors import CheckoutConflict, EmptyCart
from shop.orders.models import Order, OrderLine
from shop.orders.states import WrongOrderState, move_between
from shop.payments.registry import shop_provider
from shop.signals import order_placed, send_on_commit

# Leaves out the letters and digits that people confuse when they read a number aloud.
NUMBER_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_KEY_TAKEN = "This checkout was already sent. Open the checkout page again to place another order."


@dataclass(frozen=True)
class Address:
    """The delivery address of an order, with the field names of Order."""

    full_name: str
    street: str
    city: str
    postal_code: str
    country: str
    email: str


def place_order(
    *, shopper: Shopper, checkout_key: uuid.UUID, address: Address, expected_total: Decimal | None = None
) -> Order:
    """Order everything in the shopper's cart, start the payment, and empty the cart.

    - `checkout_key`: the random key of one checkout form. The same key, address and total return the first order again.
    - `expected_total`: the total that the shopper saw, in SHOP_CURRENCY. A different total now is a conflict.

    Raises EmptyCart or CheckoutConflict; stock, cart and orders are then as before.
    """
    try:
        with transaction.atomic():
            return _place(shopper, checkout_key, address, expected_total)
    except IntegrityError:
        # Two carts came with one key at the same moment, and the other was first.
        if Order.objects.filter(checkout_key=checkout_key).exists():
            raise CheckoutConflict([_KEY_TAKEN]) from None
        raise


@transaction.atomic
def move_order(*, order: Order, to: str) -> None:
    """Move an order to another state and run the consequences of the move.

    Raises WrongOrderState when the table has no such move, or when somebody else has moved the order since it was read;
    nothing is then changed.
    """
    move = move_between(order.status, to)
    if not Order.objects.filter(pk=order.pk, status=move.start).update(status=move.end):
        raise WrongOrderState("Somebody else has changed the status of this order. Load it again.")
    order.status = move.end
    for consequence in move.consequences:
        consequence(order)


def _place(shopper: Shopper, checkout_key: uuid.UUID, address: Address, expected_total: Decimal | None) -> Order:
    # The lock on the cart makes a repeated form wait here and find the first order below.
    cart = Cart.objects.select_for_update().of_shopper(shopper).first()
    if (first := Order.objects.filter(checkout_key=checkout_key).first()) is not None:
        return _replayed(first, shopper, address, expected_total)
    items = list(cart.items.select_related("product").order_by("product_id")) if cart else []
    if cart is None or not items:
        raise EmptyCart("Your cart is empty.")
    lines = _priced_lines(items)
    total = sum((line.total for line in lines), Decimal(0))
    if expected_total is not None and expected_total != total:
        raise CheckoutConflict([f"The total changed from {expected_total} to {total}. Please check your cart."])
    order = record_order(shopper=shopper, checkout_key=checkout_key, address=address, lines=lines)
    shop_provider().start(order_id=order.pk, amount=order.total, currency=order.currency)
    cart.items.all().delete()
    send_on_commit(
        order_placed,
        Order,
        shopper_id=shopper.id,
        order_id=order.pk,
        lines=[(item.product_id, item.quantity) for item in items],
        occurred_at=order.placed_at,
    )
    return order


def _replayed(order: Order, shopper: Shopper, address: Address, expected_total: Decimal | None) -> Order:
    owner = order.visitor_id if order.user_id is None else order.user_id
    same_address = all(getattr(order, field) == value for field, value in asdict(address).items())
    same_total = expected_total in (None, order.total)
    if owner != shopper.id or not same_address or not same_total:
        raise CheckoutConflict([_KEY_TAKEN])
    return order


def _priced_lines(items: list[CartItem]) -> list[OrderLine]:
    """Take the items from the stock and return them as unsaved lines at today's prices; raises CheckoutConflict."""
    _take_stock(items)
    # Read after the update: its row locks keep price and title unchanged until the commit.
    products = Product.objects.in_bulk([item.product_id for item in items])
    return [
        OrderLine(
            product=(product := products[item.product_id]),
            title=product.title,
            unit_price=cast(Decimal, product.price),  # only purchasable products gave up stock
            quantity=item.quantity,
        )
        for item in items
    ]


def _take_stock(items: list[CartItem]) -> None:
    """Lower the stock of every line, or of none: one guarded update each, by product id so that none deadlock."""
    refused = [
        item.product_id
        for item in items
        if not Product.objects.purchasable()
        .filter(pk=item.product_id, stock__gte=item.quantity)
        .update(stock=F("stock") - item.quantity)
    ]
    if refused:
        raise CheckoutConflict(_problems(items, refused))


def _problems(items: list[CartItem], refused: list[uuid.UUID]) -> list[str]:
    fresh = Product.objects.in_bulk(refused)
    problems = []
    for item in items:
        if item.product_id in refused:
            title = item.product.title
            item.product = fresh.get(item.product_id, item.product)
            problems.append(item.problem or f"“{title}” is sold out.")
    return problems


def record_order(
    *,
    shopper: Shopper,
    checkout_key: uuid.UUID,
    address: Address,
    lines: Sequence[OrderLine],
    placed_at: datetime | None = None,
    **fields: Any,
) -> Order:
    """Store an order with its unsaved lines; stock, cart and listeners are not touched.

    `placed_at` and `fields` (id, number, status) describe an order that was placed before; without them it is new.
    """
    order = Order.objects.create(
        **{"number": _order_number(), **fields},
        user=shopper.user,
        visitor_id=shopper.id if shopper.is_anonymous else None,
        checkout_key=checkout_key,
        currency=settings.SHOP_CURRENCY,
        total=sum((line.total for line in lines), Decimal(0)),
        **asdict(address),
    )
    if placed_at is not None:
        order.placed_at = placed_at
        order.save(update_fields=["placed_at"])
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    return order


def _order_number() -> str:
    return f"{timezone.now():%y%m%d}-" + "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(8))
