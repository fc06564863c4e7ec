"""Parsing of cells and JSON values; FieldError names the field and shows an invalid value."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

# Types of numbers; not bool, which is a subclass of int.
_NUMERIC = {str, int, float}
LONGEST_RAW_ID = 200
LEAST_STARS, MOST_STARS = 1.0, 5.0
DEAREST = Decimal("99999999.99")
# 2100-01-01; a later time has another unit than seconds.
LATEST_TIMESTAMP = 4_102_444_800.0
MOST_RATINGS = 2_000_000_000
_CURRENCIES = {"$": "USD", "₹": "INR", "£": "GBP", "€": "EUR", "¥": "JPY"}
# "$1,250.00", "₹1,09,999", "12.5", "from $9.99", "$25.00 - $50.00"; groups of two digits are India's.
_PRICE = re.compile(
    r"(?:from\s+)?(?P<sign>[$₹£€¥])?\s*(?P<amount>\d{1,3}(?:,\d{2,3})+(?:\.\d+)?|\d{1,9}(?:\.\d+)?)(?:\s*[-–].*)?"
)


Value = TypeVar("Value")


class FieldError(ValueError):
    """Invalid value; the message names the field and shows the value."""


class Price(NamedTuple):
    """An amount of money above 0; currency: ISO 4217."""

    amount: Decimal
    currency: str


def raw_id(value: Any, field: str) -> str:
    """Return an id as text. Raise FieldError when it is missing, too long or has control characters."""
    text = value.strip() if isinstance(value, str) else str(value) if type(value) is int else ""
    if not text:
        raise FieldError(f"{field} is missing")
    if len(text) > LONGEST_RAW_ID or not text.isprintable():
        raise FieldError(f"{field} {shown(text)} is not usable as an id")
    return text


def raw_ids(value: Any) -> tuple[str, ...]:
    """Return the non-empty texts of a list, in its order; an empty tuple for anything else."""
    return tuple(entry for entry in value if isinstance(entry, str) and entry) if isinstance(value, list) else ()


def stars(value: Any, field: str) -> float:
    """Return a rating of 1 to 5 stars. Raise FieldError for anything else."""
    number = _number(value)
    # NaN fails this comparison too.
    if number is None or not LEAST_STARS <= number <= MOST_STARS:
        raise FieldError(f"{field} {shown(value)} is not a number from 1 to 5")
    return number


def count(value: Any, field: str) -> int:
    """Return a whole number from 0; thousands commas are allowed. Raise FieldError for anything else."""
    number = _number(value.replace(",", "") if isinstance(value, str) else value)
    if number is None or not 0 <= number <= MOST_RATINGS or number != int(number):
        raise FieldError(f"{field} {shown(value)} is not a whole number from 0")
    return int(number)


def timestamp(value: Any, field: str, *, unit: float = 1.0) -> float | None:
    """Return Unix time in seconds, None for an empty value; `unit`: length of the value's unit in seconds."""
    if value is None or value == "":
        return None
    number = _number(value)
    if number is None or not 0 <= number * unit <= LATEST_TIMESTAMP:
        unit_name = "seconds" if unit == 1.0 else "milliseconds"
        raise FieldError(f"{field} {shown(value)} is not a time in {unit_name} since 1970")
    return number * unit


def price(value: Any, field: str, *, currency: str) -> Price | None:
    """Return a price, the lowest of a range; None for an empty value or 0. `currency` applies without a sign.

    Raise FieldError for text without a price.
    """
    text = "" if value is None else str(value).strip()
    if not text or text in {"None", "—", "-"}:
        return None
    match = _PRICE.fullmatch(text) if len(text) <= 60 else None
    if not match:
        raise FieldError(f"{field} {shown(value)} is not a price")
    amount = Decimal(match["amount"].replace(",", ""))
    if amount > DEAREST:
        raise FieldError(f"{field} {shown(value)} is above {DEAREST:,}")
    return Price(amount, _CURRENCIES.get(match["sign"], currency)) if amount else None


def value_or_note(read: Callable[[Any, str], Value], value: Any, field: str, notes: list[str]) -> Value | None:
    """Return `read(value, field)`, or None for an empty value; append the error of an invalid one to `notes`."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        return read(value, field)
    except FieldError as error:
        notes.append(str(error))
        return None


def shown(value: Any, *, longest: int = 40) -> str:
    """Return a short form of a value for an error message."""
    text = " ".join(str(value)[: 5 * longest].split())
    return repr(text if len(text) <= longest else f"{text[:longest]}…")


def _number(value: Any) -> float | None:
    if type(value) not in _NUMERIC:
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None
