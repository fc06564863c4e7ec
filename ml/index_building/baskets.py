"""Bought together: which products share orders more often than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Baskets:
    """l order lines. orders: int [l] >= 0, any numbering; items: int [l] >= 0. Lines may repeat; ValueError."""

    orders: NDArray[np.integer[Any]]
    items: NDArray[np.integer[Any]]

    def __post_init__(self) -> None:
        if self.orders.ndim != 1 or self.orders.shape != self.items.shape:
            raise ValueError(f"expected orders [l] and items [l], got {self.orders.shape} and {self.items.shape}")
        if self.items.size and min(self.orders.min(), self.items.min()) < 0:
            raise ValueError("orders and items must be >= 0")


def bought_with_from_baskets(
    baskets: Baskets, n_items: int, *, width: int = 20, min_support: int = 2
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Return for each item what it was bought with, best first, int32 [n_items, width] with -1 padding, and the lifts.

    lift(a, b) = orders x orders with both / (orders with a x orders with b), float32, 0 padding (Brin et al., SIGMOD
    1997). Pairs in fewer than min_support orders or with a lift below 1 are left out. Equal lifts: the pair in more
    orders first, then the lower item.
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
    kept = (first != second) & (both.data >= min_support) & (lifts >= 1)
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
