"""Foreign prices in the shop's currency, at the rates of settings.EXCHANGE_RATES."""

from decimal import ROUND_HALF_UP, Decimal

from django.conf import settings

from shop.errors import ShopError

CENT = Decimal("0.01")


class MissingExchangeRate(ShopError):
    """No rate is set for the currency of a price."""

    code = "missing_exchange_rate"


def exchange_rate(currency: str) -> Decimal:
    """Return the value of one unit of a currency (ISO 4217) in the shop's; raises MissingExchangeRate."""
    if currency == settings.SHOP_CURRENCY:
        return Decimal(1)
    rate = settings.EXCHANGE_RATES.get(currency)
    if rate is None:
        raise MissingExchangeRate(
            f"there is no exchange rate from {currency} to {settings.SHOP_CURRENCY}: "
            f"add {currency}=… to EXCHANGE_RATES (see .env.example)"
        )
    return Decimal(str(rate))


def in_shop_currency(amount: Decimal, currency: str) -> Decimal:
    """Return the amount in the shop's currency, rounded half up to cents; raises MissingExchangeRate."""
    return (amount * exchange_rate(currency)).quantize(CENT, ROUND_HALF_UP)
