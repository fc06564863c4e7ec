"""Recency of items: items that come late in users' histories are more likely to come next.

It needs no clock, only the order of each user's events.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ml.interactions import Interactions

EVENTS_OF_PRIOR = 5.0


def item_recency(interactions: Interactions) -> NDArray[np.float32]:
    """Return the recency of each item, float32 [n_items], with mean 0 and standard deviation 1 over those that occur.

    It is the mean position of an item's events in their users' histories, 0 for the first to 1 for the last, shrunk
    towards the mean of all events as if five more were there. Simultaneous events of a user share a position. The
    recency is 0 for items that do not occur, and for all items without timestamps or differences.
    """
    n_items = interactions.n_items
    if interactions.timestamps is None or not len(interactions):
        return np.zeros(n_items, np.float32)
    places = _places(interactions.users, interactions.timestamps)
    counts = np.bincount(interactions.items, minlength=n_items)
    sums = np.bincount(interactions.items, places, n_items)
    recency = (sums + EVENTS_OF_PRIOR * places.mean()) / (counts + EVENTS_OF_PRIOR)
    occurs = counts > 0
    spread = float(recency[occurs].std())
    if spread < 1e-9:
        return np.zeros(n_items, np.float32)
    return np.where(occurs, (recency - recency[occurs].mean()) / spread, 0.0).astype(np.float32)


def _places(users: NDArray[np.int32], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the positions of n events in their users' histories, float64 [n], in (0, 1); .5 for a single one."""
    order = np.lexsort((times, users))
    starts = np.flatnonzero(np.diff(users[order], prepend=-1))
    sizes = np.diff(np.append(starts, users.size))
    rank = np.arange(users.size) - np.repeat(starts, sizes)
    is_tied = np.r_[False, (np.diff(users[order]) == 0) & (np.diff(times[order]) == 0)]
    group = np.cumsum(~is_tied) - 1
    shared = np.bincount(group, rank) / np.bincount(group)
    places = np.empty(users.size)
    places[order] = (shared[group] + 0.5) / np.repeat(sizes, sizes)
    return places
