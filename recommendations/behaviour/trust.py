"""Trust in events: trainings, trends, popularity and experiments leave out events that no shopper made.

Three rules apply to events of the shop's own visitors and accounts. Imports are the owner's word and always count.

- Too fast: a shopper with more than 120 events in a minute is a robot, and none of their events count.
- A crowd of one origin: of all shoppers of one origin (accounts/callers.py) the first five count for a product.
- A rush of newcomers, who bought nothing and came on fewer than three days: for a product the first 10 + 3 x usual x
  (regulars of the product + 1) of them count, where usual is their number per regular in the whole shop.

Purchases always count: an order is the shop's own record. Events that do not count stay in the log and in the
shopper's own profile. docs/decisions/013-abuse.md explains the limits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from recommendations.behaviour.event_weights import KIND_CODES, SECONDS_PER_DAY, Kind, Log

MOST_PER_MINUTE = 120
MINUTE = 60.0
SHOPPERS_OF_ONE_ORIGIN = 5
REGULAR_AFTER_DAYS = 3
NEWCOMERS = 10
NEWCOMERS_OVER_USUAL = 3.0
NO_ORIGIN = -1
_PURCHASE = KIND_CODES[Kind.PURCHASE]


@dataclass(frozen=True, eq=False)
class Source:
    """The source of the n rows of a log. `is_live`: bool [n], not imported; `origins`: int32 [n], -1 for unknown."""

    is_live: NDArray[np.bool_]
    origins: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Counted:
    """The mask of the rows that count, bool [n], and the numbers of other rows by the first rule they broke."""

    rows: NDArray[np.bool_]
    too_fast: int
    of_one_origin: int
    rush: int

    def __str__(self) -> str:
        return (
            f"{self.too_fast:,} of shoppers that were too fast, {self.of_one_origin:,} of too many shoppers of one "
            f"origin, {self.rush:,} of a rush of newcomers on one product"
        )


def counted(log: Log, source: Source) -> Counted:
    """Apply the rules to a log whose rows all have a product."""
    judged = source.is_live & (log.kinds != _PURCHASE)
    left, removed = judged.copy(), []
    for rule in (_of_robots, _of_crowds, _of_rushes):
        rows = rule(log, source, left)
        removed.append(int(rows.sum()))
        left &= ~rows
    return Counted(left | ~judged, *removed)


def too_fast(shoppers: NDArray[np.int64], times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the shoppers with more than 120 events within any minute, rising int64 [m]; times are Unix seconds."""
    order = np.lexsort((times, shoppers))
    shoppers, times = shoppers[order], times[order]
    first, last = slice(None, -MOST_PER_MINUTE), slice(MOST_PER_MINUTE, None)
    return np.unique(shoppers[last][(shoppers[first] == shoppers[last]) & (times[last] - times[first] < MINUTE)])


def _of_robots(log: Log, source: Source, judged: NDArray[np.bool_]) -> NDArray[np.bool_]:
    robots = too_fast(log.shoppers[judged], log.times[judged])
    return judged & np.isin(log.shoppers, robots)


def _of_crowds(log: Log, source: Source, judged: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the rows of the sixth and later shoppers of one origin on a product."""
    rows = np.flatnonzero(judged & (source.origins != NO_ORIGIN))
    groups = _numbered(source.origins[rows].astype(np.int64), log.products[rows])
    ranks = _arrival(groups, log.shoppers[rows], log.times[rows])
    return _mask(rows[ranks >= SHOPPERS_OF_ONE_ORIGIN], judged.size)


def _of_rushes(log: Log, source: Source, judged: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the rows of newcomers beyond the number that counts for their product."""
    is_regular = _regulars(log, source)
    rows = np.flatnonzero(judged & ~is_regular[log.shoppers])
    n_products = int(log.products.max(initial=-1)) + 1
    others = np.flatnonzero(is_regular[log.shoppers])
    regulars = _shoppers_per_product(log, others, n_products)
    newcomers = _shoppers_per_product(log, rows, n_products)
    if not regulars.any():
        return _mask(rows[:0], judged.size)
    usual = newcomers.sum() / regulars.sum()
    most = NEWCOMERS + NEWCOMERS_OVER_USUAL * usual * (regulars + 1)
    ranks = _arrival(log.products[rows], log.shoppers[rows], log.times[rows])
    return _mask(rows[ranks >= most[log.products[rows]]], judged.size)


def _regulars(log: Log, source: Source) -> NDArray[np.bool_]:
    """Return the mask of the shoppers who are no newcomers, bool [shoppers]: they bought, were imported, or came on
    three days."""
    n_shoppers = int(log.shoppers.max(initial=-1)) + 1
    days = np.floor(log.times / SECONDS_PER_DAY).astype(np.int64)
    visits = np.unique(np.stack((log.shoppers, days)), axis=1)[0]
    is_regular = np.bincount(visits, minlength=n_shoppers) >= REGULAR_AFTER_DAYS
    is_regular[log.shoppers[(log.kinds == _PURCHASE) | ~source.is_live]] = True
    return is_regular


def _shoppers_per_product(log: Log, rows: NDArray[np.int64], n_products: int) -> NDArray[np.int64]:
    pairs = np.unique(log.shoppers[rows] * n_products + log.products[rows])
    return np.bincount(pairs % max(n_products, 1), minlength=n_products)


def _arrival(groups: NDArray[np.int64], shoppers: NDArray[np.int64], times: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return for each of n rows how many other shoppers came to its group before its shopper, int64 [n]."""
    if not groups.size:
        return np.zeros(0, np.int64)
    pairs, pair_of_row = np.unique(np.stack((groups, shoppers)), axis=1, return_inverse=True)
    first = np.full(pairs.shape[1], np.inf)
    np.minimum.at(first, pair_of_row, times)
    order = np.lexsort((pairs[1], first, pairs[0]))
    ordered = pairs[0][order]
    ranks = np.empty(order.size, np.int64)
    ranks[order] = np.arange(order.size) - np.searchsorted(ordered, ordered)
    return ranks[pair_of_row]


def _numbered(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return a number for each distinct pair."""
    return first * (int(second.max(initial=0)) + 1) + second


def _mask(rows: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    mask = np.zeros(size, bool)
    mask[rows] = True
    return mask
