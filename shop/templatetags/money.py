"""Amounts of money as text."""

from decimal import Decimal

from django import template
from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma

register = template.Library()

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
