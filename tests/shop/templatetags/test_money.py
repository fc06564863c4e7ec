"""Amounts as text."""

from decimal import Decimal

import pytest

from shop.templatetags.money import money, percent_off


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        (Decimal("1299"), "USD", "$1,299.00"),
        (Decimal("0.5"), "EUR", "€0.50"),
        (Decimal("1234567.891"), "INR", "₹1,234,567.89"),
        (Decimal("1500.4"), "JPY", "¥1,500"),
        (Decimal("12.3"), "CHF", "CHF\u00a012.30"),
        (None, "USD", ""),
    ],
)
def test_money(amount, currency, text):
    assert money(amount, currency) == text


def test_currency_of_the_shop_is_the_default(settings):
    settings.SHOP_CURRENCY = "GBP"

    assert money(Decimal("2")) == "£2.00"


@pytest.mark.parametrize(
    ("price", "before", "percent"),
    [("80", "100", 20), ("66.67", "100", 33), ("100", "100", 0), ("120", "100", 0), ("99.99", "100", 0)],
)
def test_percent_off(price, before, percent):
    assert percent_off(Decimal(price), Decimal(before)) == percent


def test_percent_off_needs_both_prices():
    assert (percent_off(None, Decimal("5")), percent_off(Decimal("5"), None)) == (0, 0)
