"""Cache with stale-while-revalidate: one request makes an expired value anew, the others get the old one meanwhile.

Without an old value (never made, or dropped after a change) they wait for the new one. A value that was begun before a
drop is not cached, because it may not know of the change. dogpile.cache does the first part, but not this one, and not
with Django's cache, whose backends here survive a dead server and a full disk.
"""

import time
import uuid
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from django.core.cache import cache

Value = TypeVar("Value")

# The time that an expired value may still be shown, and the time after which another request makes it, too.
SECONDS_SHOWN_EXPIRED = 600
SECONDS_TO_MAKE = 30
SECONDS_TO_WAIT = 2.0
SECONDS_BETWEEN_LOOKS = 0.02
# Longer than any value is cached.
SECONDS_DROPS_ARE_KNOWN = 7 * 24 * 60 * 60
_ENTRY, _DROPPED, _LOCK = ".held", ".dropped", ".being-made"


class _Entry(NamedTuple):
    """A value, the time.time at which it expires, and the last drop before it was begun."""

    value: object
    expires: float
    drop: str | None


def cached_value(key: str, make: Callable[[], Value], *, seconds: float) -> Value:
    """Return the value of a key, made anew when it is older than so many seconds."""
    entry, drop = _look(key)
    if entry is None or time.time() >= entry.expires:
        if cache.add(key + _LOCK, True, SECONDS_TO_MAKE):
            return _made(key, make, seconds, drop)
        entry = entry or _awaited(key)
    if entry is None:
        return make()
    value: Value = entry.value  # type: ignore[assignment]  # what an earlier `make` returned
    return value


def drop_cached_values(*keys: str) -> None:
    """Drop cached values: the next request makes them anew."""
    cache.set_many({key + _DROPPED: uuid.uuid4().hex for key in keys}, SECONDS_DROPS_ARE_KNOWN)
    cache.delete_many([key + _ENTRY for key in keys])


def _look(key: str) -> tuple[_Entry | None, str | None]:
    """Return the last drop, and the entry unless it was begun before."""
    cached = cache.get_many([key + _ENTRY, key + _DROPPED])
    drop: str | None = cached.get(key + _DROPPED)
    entry = _Entry(*cached[key + _ENTRY]) if key + _ENTRY in cached else None
    return (entry if entry is not None and entry.drop == drop else None), drop


def _made(key: str, make: Callable[[], Value], seconds: float, drop: str | None) -> Value:
    try:
        value = make()
        entry = _Entry(value, time.time() + seconds, drop)
        cache.set(key + _ENTRY, tuple(entry), seconds + SECONDS_SHOWN_EXPIRED)
    finally:
        cache.delete(key + _LOCK)
    return value


def _awaited(key: str) -> _Entry | None:
    """Return the entry that another request is making; None when that takes too long."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < deadline:
        entry, _ = _look(key)
        if entry is not None:
            return entry
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return None
