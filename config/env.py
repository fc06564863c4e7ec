"""Environment variables: only this module reads them.

`.env.example` describes each. A wrong value stops the program with one line that names the variable.
"""

from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
DATABASE_SCHEMES = ("sqlite", "postgres", "postgresql")
BEHAVIOUR_SCHEMES = (*DATABASE_SCHEMES, "mongodb", "mongodb+srv")
REDIS_SCHEMES = ("redis", "rediss", "unix")

_env = environ.Env()
_env.read_env(BASE_DIR / ".env")


def _refuse(name: str, value: object, expected: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"{name}={value!r} is not usable: expected {expected}. See .env.example.")


def text(name: str, default: str = "") -> str:
    """Return the variable as text; an empty value counts as unset."""
    return _env.str(name, default="") or default


def flag(name: str, *, default: bool = False) -> bool:
    """Return the variable as a yes/no value (1, true, yes, on / 0, false, no, off)."""
    value = text(name, "true" if default else "false").lower()
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise _refuse(name, value, "true or false")


def whole_number(name: str, default: int, *, least: int = 0, most: int = 2**31) -> int:
    """Return the variable as an integer between `least` and `most`."""
    value = text(name, str(default))
    try:
        number = int(value)
    except ValueError:
        raise _refuse(name, value, "a whole number") from None
    if not least <= number <= most:
        raise _refuse(name, value, f"a whole number from {least} to {most}")
    return number


def names(name: str, default: str = "") -> list[str]:
    """Return the variable as a list, comma separated."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def url(name: str, schemes: tuple[str, ...], default: str = "") -> str:
    """Return the variable as an address with one of the given schemes, or the default when unset."""
    value = text(name, default)
    if value and (urlsplit(value).scheme not in schemes or "://" not in value):
        raise _refuse(name, value, f"an address that starts with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    return value


def rates(name: str, default: str) -> dict[str, float]:
    """Return exchange rates written as `INR=0.012,EUR=1.08` (value of one unit in the shop's currency)."""
    return {code.upper(): rate for code, rate in _positive_numbers(name, default, "INR=0.012").items()}


def days(name: str) -> dict[str, float]:
    """Return numbers of days written as `view=14,purchase=180.5`."""
    return {key.lower(): number for key, number in _positive_numbers(name, "", "view=14").items()}


def _positive_numbers(name: str, default: str, example: str) -> dict[str, float]:
    pairs = [pair.partition("=") for pair in names(name, default)]
    try:
        numbers = {key.strip(): float(number) for key, _, number in pairs}
    except ValueError:
        raise _refuse(name, text(name, default), f"pairs such as {example}") from None
    if not all(0 < number < float("inf") for number in numbers.values()):
        raise _refuse(name, text(name, default), "numbers above zero")
    return numbers


def time_zone(name: str, default: str) -> str:
    """Return the variable as the name of a time zone, such as Europe/Vienna."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        raise _refuse(name, value, "the name of a time zone, such as Europe/Vienna") from None
    return value


def of_child(**variables: str) -> dict[str, str]:
    """Return the environment for a child process: that of this one with more variables."""
    return {**_env.ENVIRON, **variables}


def data_dir() -> Path:
    """Return the folder of everything the shop writes: database, media, models, broker, logs."""
    path = Path(text("DATA_DIR", "var")).expanduser()
    return path if path.is_absolute() else BASE_DIR / path
