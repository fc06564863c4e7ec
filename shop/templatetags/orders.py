"""A shopper's orders, for pages of other apps."""

from django import template

from accounts.models import User
from shop.orders.models import OrderQuerySet
from shop.orders.selectors import orders_of

register = template.Library()


@register.simple_tag
def recent_orders(user: User, limit: int = 5) -> OrderQuerySet:
    """Return the account's newest orders with lines and products; two queries."""
    return orders_of(user)[:limit]
