"""Values many pages show and few changes alter, kept in the cache; an expired one is made anew by one request alone.

While one request makes the new value, the others are given the old one; without an old one (never made, or dropped
after a change) they wait for the new one. What was begun before a value was dropped is not kept: it may not know of the
change.
"""

import time
import uuid
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from django.core.cache import cache

Value = TypeVar("Value")

# How long an expired value may still be shown, and how long its making may take before somebody else tries.
SECONDS_SHOWN_EXPIRED = 600
SECONDS_TO_MAKE = 30
SECONDS_TO_WAIT = 2.0
SECONDS_BETWEEN_LOOKS = 0.02
# Longer than any value is kept.
SECONDS_DROPS_ARE_KNOWN = 7 * 24 * 60 * 60


class _Held(NamedTuple):
    """A value, until when (time.time) it is new, and the last drop that whoever made it knew of."""

    value: object
    expires: float
    drop: str | None


def cached_value(key: str, make: Callable[[], Value], *, seconds: float) -> Value:
    """Return the value kept under a key, made anew when it is older than so many seconds."""
    held, drop = _look(key)
    if held is None or time.time() >= held.expires:
        if cache.add(_mark(key), True, SECONDS_TO_MAKE):
            return _made(key, make, seconds, drop)
        held = held or _awaited(key)
    if held is None:
        return make()
    value: Value = held.value  # type: ignore[assignment]  # what an earlier `make` returned
    return value


def drop_cached_values(*keys: str) -> None:
    """Forget kept values: the next request makes them anew."""
    cache.set_many({_drop(key): uuid.uuid4().hex for key in keys}, SECONDS_DROPS_ARE_KNOWN)
    cache.delete_many([_place(key) for key in keys])


def _look(key: str) -> tuple[_Held | None, str | None]:
    """Return what is held, unless it was begun before the last drop, and that drop."""
    found = cache.get_many([_place(key), _drop(key)])
    drop: str | None = found.get(_drop(key))
    held = _Held(*found[_place(key)]) if _place(key) in found else None
    return (held if held is not None and held.drop == drop else None), drop


def _made(key: str, make: Callable[[], Value], seconds: float, drop: str | None) -> Value:
    try:
        value = make()
        held = _Held(value, time.time() + seconds, drop)
        cache.set(_place(key), tuple(held), seconds + SECONDS_SHOWN_EXPIRED)
    finally:
        cache.delete(_mark(key))
    return value


def _awaited(key: str) -> _Held | None:
    """Return what another request makes of it; None when that takes too long."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < deadline:
        held, _ = _look(key)
        if held is not None:
            return held
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return None


def _place(key: str) -> str:
    return f"{key}.held"


def _drop(key: str) -> str:
    return f"{key}.dropped"


def _mark(key: str) -> str:
    return f"{key}.being-made"
