"""Products bought together: pairs that share orders more often than by chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

PAIRS_PER_BLOCK = 2_000_000
# With fewer buyers of a pair, one of them could infer what another bought.
LEAST_BUYERS = 3


@dataclass(frozen=True, eq=False)
class Baskets:
    """l order lines, which may repeat. Raise ValueError for other shapes or negative numbers.

    - `orders`: int [l] >= 0, in any numbering; `items`: int [l] >= 0;
    - `buyers`: int [l] >= 0, the shopper of each line; None: every order has a buyer of its own.
    """

    orders: NDArray[np.integer[Any]]
    items: NDArray[np.integer[Any]]
    buyers: NDArray[np.integer[Any]] | None = None

    def __post_init__(self) -> None:
        if self.orders.ndim != 1 or self.orders.shape != self.items.shape:
            raise ValueError(f"expected orders [l] and items [l], got {self.orders.shape} and {self.items.shape}")
        if self.items.size and min(self.orders.min(), self.items.min()) < 0:
            raise ValueError("orders and items must be >= 0")
        if self.buyers is not None and self.buyers.shape != self.items.shape:
            raise ValueError(f"expected buyers [l] as items {self.items.shape}, got {self.buyers.shape}")


def bought_with_from_baskets(
    baskets: Baskets, n_items: int, *, width: int = 20, min_buyers: int = LEAST_BUYERS
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return the items bought with each item, best first, int32 [n_items, width], -1 padding, and their lifts.

    lift(a, b) = orders x orders with both / (orders with a x orders with b), float32, 0 padding (Brin et al., SIGMOD
    1997). Pairs with a lift below 1 and pairs bought by fewer than `min_buyers` different shoppers (k-anonymity;
    Sweeney, 2002) are left out. Ties: the pair in more orders first, then the lower item.
    """
    if baskets.items.size and baskets.items.max() >= n_items:
        raise ValueError(f"baskets hold item {baskets.items.max()}, expected below {n_items}")
    numbers, orders = np.unique(baskets.orders, return_inverse=True)
    shape = (numbers.size, n_items)
    holds = sparse.csr_array((np.ones(orders.size, np.int64), (orders, baskets.items)), shape=shape)
    holds.sum_duplicates()
    holds.data[:] = 1
    both = (holds.T @ holds).tocoo()
    counts = np.bincount(holds.indices, minlength=n_items)
    first, second = both.coords
    lifts = numbers.size * both.data / (counts[first] * counts[second])
    buyers = both.data - _repeats(baskets, numbers, first, second, n_items)
    kept = (first != second) & (buyers >= min_buyers) & (lifts >= 1)
    first, second, support, lifts = first[kept], second[kept], both.data[kept], lifts[kept]
    order = np.lexsort((second, -support, -lifts, first))
    first, second, lifts = first[order], second[order], lifts[order]
    rank = np.arange(first.size) - np.searchsorted(first, first)
    fits = rank < width
    others = np.full((n_items, width), -1, np.int32)
    scores = np.zeros((n_items, width), np.float32)
    others[first[fits], rank[fits]] = second[fits]
    scores[first[fits], rank[fits]] = lifts[fits]
    return others, scores


def _repeats(
    baskets: Baskets,
    numbers: NDArray[np.integer[Any]],
    first: NDArray[np.int32],
    second: NDArray[np.int32],
    n_items: int,
) -> NDArray[np.int64]:
    """Return the number of repeat orders of p pairs of items, int64 [p]: orders with both by a shopper who has an
    earlier one. Orders minus repeat orders are different shoppers."""
    repeats = np.zeros(first.size, np.int64)
    if baskets.buyers is None:
        return repeats
    lines = np.unique(np.stack((baskets.buyers, baskets.orders, baskets.items)).astype(np.int64), axis=1)
    pairs = first.astype(np.int64) * n_items + second
    order = np.argsort(pairs)
    for keys, times in _bought_again(lines, n_items):
        places = np.searchsorted(pairs, keys, sorter=order)
        np.add.at(repeats, order[places], times - 1)
    return repeats


def _bought_again(lines: NDArray[np.int64], n_items: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield, for blocks of shoppers, the pairs of items (first x n_items + second) in several orders of one shopper,
    and the number of these orders. lines: int64 [3, l], buyer, order and item of each line, sorted and unique.

    Both items of such a pair are in several orders of the shopper, so only items bought again are read.
    """
    buyers, orders, items = lines
    _, bought, times = np.unique(buyers * n_items + items, return_inverse=True, return_counts=True)
    again = times[bought] > 1
    buyers, orders, items = buyers[again], orders[again], items[again]
    _, starts, sizes = np.unique(np.stack((buyers, orders)), axis=1, return_index=True, return_counts=True)
    for block in _blocks(buyers[starts], sizes**2):
        size = sizes[block]
        within = np.arange(int((size**2).sum())) - np.repeat(np.cumsum(size**2) - size**2, size**2)
        begin, width = np.repeat(starts[block], size**2), np.repeat(size, size**2)
        keys = items[begin + within // width] * n_items + items[begin + within % width]
        owners = buyers[begin]
        unique, times = np.unique(np.stack((owners, keys)), axis=1, return_counts=True)
        yield unique[1][times > 1], times[times > 1]


def _blocks(owners: NDArray[np.int64], costs: NDArray[np.int64]) -> Iterator[slice]:
    """Yield slices of n orders, sorted by owner, of about PAIRS_PER_BLOCK pairs, none of which splits an owner's."""
    firsts = np.flatnonzero(np.append(True, owners[1:] != owners[:-1])[: owners.size])
    before = np.cumsum(costs) - costs
    start = 0
    for end in [*firsts[1:].tolist(), owners.size]:
        if end > start and (end == owners.size or before[end] - before[start] >= PAIRS_PER_BLOCK):
            yield slice(start, end)
            start = end
