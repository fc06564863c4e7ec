"""`{% load storefront %}`: money, form fields, page numbers, ratings, stand-ins for pictures, and orders."""

import uuid
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms, template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.forms import BoundField
from django.utils.safestring import SafeString

from accounts.models import User
from shop.orders.models import OrderQuerySet
from shop.orders.selectors import orders_of

register = template.Library()

TINTS = 6
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "INR": "₹", "JPY": "¥"}
_WITHOUT_CENTS = {"JPY", "KRW"}


@register.filter
def money(amount: Decimal | None, currency: str = "") -> str:
    """Return an amount such as $1,299.00; `currency` is an ISO 4217 code, SHOP_CURRENCY when empty; "" for None."""
    if amount is None:
        return ""
    code = currency or settings.SHOP_CURRENCY
    digits = 0 if code in _WITHOUT_CENTS else 2
    number = intcomma(f"{amount:.{digits}f}")
    return f"{_SYMBOLS[code]}{number}" if code in _SYMBOLS else f"{code}\u00a0{number}"


@register.filter
def percent_off(price: Decimal | None, list_price: Decimal | None) -> int:
    """Return by how many whole percent a price lies below the list price; 0 without a reduction."""
    if not price or not list_price or list_price <= price:
        return 0
    return int((list_price - price) * 100 / list_price)


@register.filter
def styled(field: BoundField) -> SafeString:
    """Return the field's input with Bootstrap's classes, marked when it has errors."""
    widget = field.field.widget
    if isinstance(widget, forms.CheckboxInput):
        css = "form-check-input"
    elif isinstance(widget, forms.Select):
        css = "form-select"
    else:
        css = "form-control"
    return field.as_widget(attrs={"class": f"{css} is-invalid" if field.errors else css})


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def elided_pages(paginator: "Paginator[Any]", number: int) -> Iterator[int | str]:
    """Yield the first, last and neighbouring page numbers, with an ellipsis for each gap."""
    yield from paginator.get_elided_page_range(number, on_each_side=1, on_ends=1)


@register.filter
def half_stars(rating: float | None) -> str:
    """Return a rating rounded to the nearest half star, as the style sheet names it: "4.5"; "0.0" for None."""
    return f"{round((rating or 0) * 2) / 2:.1f}"


@register.filter
def tint(key: uuid.UUID) -> int:
    """Return the number of the colour (0 to TINTS - 1) that stands in for a picture; always the same for one key."""
    return key.int % TINTS


@register.filter
def nth_tint(position: int) -> int:
    """Return the number of the colour for the thing at a position (from 0): neighbours differ."""
    return position % TINTS


@register.simple_tag
def recent_orders(user: User, limit: int = 5) -> OrderQuerySet:
    """Return the account's newest orders with lines and products; two queries."""
    return orders_of(user)[:limit]
