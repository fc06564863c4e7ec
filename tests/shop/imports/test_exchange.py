"""Foreign prices in the shop's currency."""

from decimal import Decimal

import pytest

from shop.imports.exchange import MissingExchangeRate, exchange_rate, in_shop_currency


@pytest.fixture(autouse=True)
def _rates(settings):
    settings.SHOP_CURRENCY = "EUR"
    settings.EXCHANGE_RATES = {"INR": 0.012, "EUR": 7.0}


def test_rates():
    assert exchange_rate("INR") == Decimal("0.012")
    # The shop's own currency is worth what it is worth, whatever the settings say.
    assert exchange_rate("EUR") == 1


@pytest.mark.parametrize(("amount", "expected"), [("399", "4.79"), ("1042.083", "12.50"), ("0.4", "0.00")])
def test_conversion_rounds_half_up_to_cents(amount, expected):
    assert in_shop_currency(Decimal(amount), "INR") == Decimal(expected)


def test_a_missing_rate_says_which_and_where_to_set_it():
    with pytest.raises(MissingExchangeRate) as caught:
        in_shop_currency(Decimal(1), "JPY")

    assert caught.value.message == (
        "there is no exchange rate from JPY to EUR: add JPY=… to EXCHANGE_RATES (see .env.example)"
    )
