"""Shared cache of ranked candidates that do not depend on a person, for as long as their index serves.

It holds product ids and nothing of anybody. Whether a product may be shown, and at which price, is decided with each
request (arranging.py). Nothing expires by time: a version, a changed overlay, other weights, other rules and another
hour have lists of their own (decision 014).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from cachetools import LRUCache, cachedmethod

from ml.serving_index import ServingIndex

T = TypeVar("T")
MOST_LISTS = 1_000  # of about 10 KiB each


class _Lists:
    """The lists of one index. Threads that ask for a list that is being ranked wait for it, so it is ranked once."""

    def __init__(self) -> None:
        self.cache: LRUCache[Hashable, Any] = LRUCache(MOST_LISTS)
        self.condition = threading.Condition()

    @cachedmethod(lambda self: self.cache, key=lambda self, key, rank: key, condition=lambda self: self.condition)
    def find(self, key: Hashable, rank: Callable[[], T]) -> T:
        """Return the list of a key; `rank` makes it where there is none."""
        return rank()


_lists: WeakKeyDictionary[ServingIndex, _Lists] = WeakKeyDictionary()
_lock = threading.Lock()


def shared_list(index: ServingIndex, key: Hashable, rank: Callable[[], T]) -> T:
    """Return the candidates that `rank` gives, ranked once for a key and an index however many threads ask.

    - `key`: everything besides the index that the list follows from, and nothing about a person.
    """
    with _lock:
        lists = _lists.setdefault(index, _Lists())
    shared: T = lists.find(key, rank)
    return shared
