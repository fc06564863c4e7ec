"""Ranked candidates that do not depend on who asks, kept in this process for as long as their index serves.

What is kept names products and nothing of anybody: whether a product may be shown, and at which price, is decided with
each request (listing.py). Nothing expires by time, so there is nothing stale to serve: a version, a newly laid over
product, other weights, other rules and another hour have lists of their own (decision 014).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from cachetools import LRUCache, cachedmethod

from ml.serving_index import ServingIndex

if TYPE_CHECKING:
    from recommendations.lists.requests import Candidates

MOST_LISTS = 1_000  # of about 10 KiB each


class _Lists:
    """The lists of one index. Threads that ask for one that is being made wait for it, so it is made once."""

    def __init__(self) -> None:
        self.kept: LRUCache[Hashable, Candidates] = LRUCache(MOST_LISTS)
        self.condition = threading.Condition()

    @cachedmethod(
        lambda self: self.kept, key=lambda self, question, rank: question, condition=lambda self: self.condition
    )
    def find(self, question: Hashable, rank: Callable[[], Candidates]) -> Candidates:
        """Return the list for a question; `rank` makes it where there is none."""
        return rank()


_lists: WeakKeyDictionary[ServingIndex, _Lists] = WeakKeyDictionary()
_lock = threading.Lock()


def shared_list(index: ServingIndex, question: Hashable, rank: Callable[[], Candidates]) -> Candidates:
    """Return what `rank` gives for a question to this index, made once however many threads ask.

    question: everything besides the index that the list follows from, and nothing about a person.
    """
    with _lock:
        lists = _lists.setdefault(index, _Lists())
    return lists.find(question, rank)
