"""Values many pages show and few changes alter, kept in the cache; an expired one is made anew by one request alone.

While one request makes the new value, the others are given the old one; without an old one (never made, or dropped
after a change) they wait for the new one.
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

Value = TypeVar("Value")

# How long an expired value may still be shown, and how long its making may take before somebody else tries.
SECONDS_SHOWN_EXPIRED = 600
SECONDS_TO_MAKE = 30
SECONDS_TO_WAIT = 2.0
SECONDS_BETWEEN_LOOKS = 0.02


def kept_value(key: str, make: Callable[[], Value], *, seconds: float) -> Value:
    """Return the value kept under a key, made anew when it is older than so many seconds."""
    held = cache.get(key)
    if held is not None and time.time() < held[1]:
        value: Value = held[0]
        return value
    if cache.add(_mark(key), True, SECONDS_TO_MAKE):
        return _made(key, make, seconds)
    if held is None:
        held = _awaited(key)
    return make() if held is None else held[0]


def drop_values(*keys: str) -> None:
    """Forget kept values: the next request makes them anew."""
    cache.delete_many(keys)


def _made(key: str, make: Callable[[], Value], seconds: float) -> Value:
    try:
        value = make()
        cache.set(key, (value, time.time() + seconds), seconds + SECONDS_SHOWN_EXPIRED)
    finally:
        cache.delete(_mark(key))
    return value


def _awaited(key: str) -> tuple[object, float] | None:
    """Return what another request makes of it; None when that takes too long."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < deadline:
        held: tuple[object, float] | None = cache.get(key)
        if held is not None:
            return held
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return None


def _mark(key: str) -> str:
    return f"{key}.being-made"
