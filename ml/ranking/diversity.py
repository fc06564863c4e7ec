"""Diversity of a rail: maximal marginal relevance with a cap per category, and near-duplicates.

Of products with nearly the same text only the most popular keeps its place. Otherwise a seller who lists a bestseller's
text ten times would fill the rail beside it, because a product without interactions is placed by its words alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.ranking.shopper import IntArray
from ml.serving_index import ServingIndex

SMALLEST_POOL = 50
LARGEST_POOL = 300
MIN_COSINE = 0.95
MIN_TERMS = 8  # with fewer different words two texts may agree by chance
ITEMS_CHECKED, ITEMS_CHECKED_AFTER_A_FIND = 40, 400


@dataclass(frozen=True)
class DiversityRule:
    """Settings of `diversify`. Raise ValueError for values out of range.

    - `relevance`: weight of an item's score against its similarity to chosen items, in [0, 1]; 1: score alone;
    - `category_share`: largest share of one category, in (0, 1]; 1: no cap;
    - `page`: the cap holds for every prefix of a multiple of so many places, so that the first pages can be shown
      alone.
    """

    relevance: float = 0.8
    category_share: float = 0.5
    page: int = 24

    def __post_init__(self) -> None:
        if not 0.0 <= self.relevance <= 1.0 or not 0.0 < self.category_share <= 1.0 or self.page < 1:
            raise ValueError(
                f"relevance {self.relevance} must be in [0, 1], category_share {self.category_share} in (0, 1] and "
                f"page {self.page} at least 1"
            )

    def category_cap(self, limit: int) -> int:
        """Return the cap of one category among `limit` places, at least 1."""
        return max(1, math.ceil(self.category_share * limit))


def diversify(
    scores: NDArray[np.floating[Any]],
    categories: NDArray[np.int32],
    vectors_of: Callable[[NDArray[np.int64]], NDArray[np.float32]],
    *,
    limit: int,
    rule: DiversityRule,
) -> NDArray[np.int64]:
    """Return the positions of the chosen candidates in the order of the rail, int64 [min(limit, c)].

    - `scores`: float [c] >= 0, best first; `categories`: int32 [c], -1 none (never capped);
    - `vectors_of`: returns the vectors at p positions, float32 [p, d], unit or zero rows.

    Each step takes the candidate with the highest relevance x score / best score - (1 - relevance) x largest cosine (at
    least 0) with a chosen one; ties: the earlier (Carbonell and Goldstein, "The Use of MMR", SIGIR 1998). Full
    categories are skipped while others are left. The pool is the first 5 x limit candidates (50 to 300, at most twice
    the cap of a category); the rest follows by score.
    """
    limit = max(limit, 0)
    cap = rule.category_cap(limit)
    pool = _pool(categories, cap=cap, size=min(max(5 * limit, SMALLEST_POOL), LARGEST_POOL))
    rail = pool[_picked(scores[pool], categories[pool], vectors_of(pool), limit=limit, rule=rule)]
    is_left = np.ones(scores.size, bool)
    is_left[rail] = False
    return np.concatenate([rail, np.flatnonzero(is_left)])[:limit]


def _pool(categories: NDArray[np.int32], *, cap: int, size: int) -> NDArray[np.int64]:
    """Return the first positions, at most twice the cap of each category, int64 [<= size], ascending."""
    order = np.argsort(categories, kind="stable")
    ordered = categories[order]
    rank = np.empty(categories.size, np.int64)
    rank[order] = np.arange(categories.size) - np.searchsorted(ordered, ordered)
    return np.flatnonzero((rank < 2 * cap) | (categories < 0))[:size]


def _picked(
    scores: NDArray[np.floating[Any]],
    categories: NDArray[np.int32],
    vectors: NDArray[np.float32],
    *,
    limit: int,
    rule: DiversityRule,
) -> NDArray[np.int64]:
    """Return the positions picked one by one, until there are `limit` or every category is full."""
    similarity = (vectors @ vectors.T) * (1.0 - rule.relevance)
    top = float(scores.max(initial=0.0)) or 1.0
    worth = rule.relevance * scores.astype(np.float64) / top  # -inf once picked
    penalty = np.zeros(scores.size)
    taken: dict[int, int] = {}
    picked: list[int] = []
    cap, allowed = 0, worth
    for place in range(min(limit, scores.size)):
        if place % rule.page == 0:
            cap = rule.category_cap(min(place + rule.page, limit))
            full = [category for category, count in taken.items() if category >= 0 and count >= cap]
            allowed = np.where(np.isin(categories, full), -np.inf, worth) if place else worth.copy()
        best = int(np.argmax(allowed - penalty))
        if allowed[best] == -np.inf:
            break
        picked.append(best)
        worth[best] = allowed[best] = -np.inf
        np.maximum(penalty, similarity[best], out=penalty)
        category = int(categories[best])
        taken[category] = taken.get(category, 0) + 1
        if category >= 0 and taken[category] == cap:
            allowed[categories == category] = -np.inf
    return np.array(picked, np.int64)


def near_duplicates(index: ServingIndex, items: IntArray, beside: IntArray) -> NDArray[np.int64]:
    """Return the positions of the near-duplicates among c items, best first, int64, ascending.

    A near-duplicate has at least 8 terms, whose cosine with those of a more popular item (of equally popular ones: the
    earlier) among these items or `beside` is 0.95 or more. The first 40 items are checked, and the first 400 when a
    near-duplicate is among them.
    """
    found = _near_duplicates(index, items[:ITEMS_CHECKED], beside)
    if found.size and items.size > ITEMS_CHECKED:
        found = _near_duplicates(index, items[:ITEMS_CHECKED_AFTER_A_FIND], beside)
    return found


def _near_duplicates(index: ServingIndex, items: IntArray, beside: IntArray) -> NDArray[np.int64]:
    everything = np.concatenate([beside, items])
    rows = index.terms_of(everything)
    terms, columns = np.unique(rows.indices, return_inverse=True)
    dense = np.zeros((everything.size, terms.size), np.float32)
    dense[np.repeat(np.arange(everything.size), rows.lengths), columns] = rows.values
    alike = (dense @ dense.T >= MIN_COSINE) & (rows.lengths >= MIN_TERMS)
    popularity = index.popularity_of(everything)
    is_better = (popularity[None, :] > popularity[:, None]) | (
        (popularity[None, :] == popularity[:, None]) & np.tri(everything.size, k=-1, dtype=bool)
    )
    return np.flatnonzero((alike & is_better)[beside.size :].any(axis=1))
