"""Orders of their owners."""

import uuid

from django.db.models import Prefetch

from accounts.models import User
from accounts.shoppers import Shopper
from shop.orders.models import Order, OrderLine, OrderQuerySet


def orders_of(user: User) -> OrderQuerySet:
    """Return the account's orders with lines and products, newest first; two queries for a page of them."""
    return _with_lines(Order.objects.filter(user=user))


def order_of(shopper: Shopper, order_id: uuid.UUID) -> Order | None:
    """Return the order if it is the shopper's own (a guest order of the same visitor, too), else None."""
    return _with_lines(Order.objects.of_shopper(shopper)).filter(pk=order_id).first()


def _with_lines(orders: OrderQuerySet) -> OrderQuerySet:
    return orders.prefetch_related(Prefetch("lines", OrderLine.objects.select_related("product__category")))
