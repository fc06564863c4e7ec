"""Diversity: no rail of twelve near-copies. Maximal marginal relevance with a cap per category."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGEST_POOL = 300


@dataclass(frozen=True)
class DiversityRule:
    """relevance: weight of an item's own score against its likeness to those already chosen, in [0, 1], 1: score alone.

    category_share: largest share of a rail that one category may take, in (0, 1], 1: no cap.
    """

    relevance: float = 0.8
    category_share: float = 0.5

    def __post_init__(self) -> None:
        if not 0.0 <= self.relevance <= 1.0 or not 0.0 < self.category_share <= 1.0:
            raise ValueError(
                f"relevance {self.relevance} must be in [0, 1] and category_share {self.category_share} in (0, 1]"
            )

    def category_cap(self, limit: int) -> int:
        """Return how many of `limit` places one category may take, at least 1."""
        return max(1, math.ceil(self.category_share * limit))


def diversify(
    scores: NDArray[np.floating[Any]],
    vectors: NDArray[np.float32],
    categories: NDArray[np.int32],
    *,
    limit: int,
    rule: DiversityRule,
) -> NDArray[np.int64]:
    """Return the positions of the chosen candidates in the order of the rail, int64 [min(limit, c)].

    scores: float [c], in [0, 1], best first; vectors: float32 [c, d], unit or zero rows; categories: int32 [c], -1 none
    (never capped). Each step takes the candidate with the highest relevance x score - (1 - relevance) x largest cosine
    (at least 0) with one already chosen; ties: the earlier candidate (Carbonell and Goldstein, "The Use of MMR",
    SIGIR 1998). A category that has its share is passed over while others are left. The first 300 are looked at, of a
    category the first twice its cap; the rest follows by score.
    """
    cap = rule.category_cap(limit)
    pool = _pool(categories, cap=cap, size=min(max(5 * limit, 50), LARGEST_POOL))
    likeness = np.maximum(vectors[pool] @ vectors[pool].T, 0.0)
    worth = rule.relevance * np.asarray(scores, np.float64)[pool]
    kinds = categories[pool]
    closest = np.zeros(pool.size)
    is_open, is_allowed = np.ones(pool.size, bool), np.ones(pool.size, bool)
    chosen: list[int] = []
    for _ in range(min(limit, pool.size)):
        candidates = is_open & is_allowed
        if not candidates.any():
            break
        best = int(np.argmax(np.where(candidates, worth - (1.0 - rule.relevance) * closest, -np.inf)))
        chosen.append(best)
        is_open[best] = False
        np.maximum(closest, likeness[best], out=closest)
        same = kinds == kinds[best]
        if kinds[best] >= 0 and np.count_nonzero(same & ~is_open) >= cap:
            is_allowed &= ~same
    rail = pool[np.array(chosen, np.int64)]
    others = np.setdiff1d(np.arange(scores.size), rail)
    return np.concatenate([rail, others])[:limit]


def _pool(categories: NDArray[np.int32], *, cap: int, size: int) -> NDArray[np.int64]:
    """Return the first positions of which no category has more than twice its cap, int64 [<= size], rising."""
    order = np.argsort(categories, kind="stable")
    ordered = categories[order]
    rank = np.empty(categories.size, np.int64)
    rank[order] = np.arange(categories.size) - np.searchsorted(ordered, ordered)
    return np.flatnonzero((rank < 2 * cap) | (categories < 0))[:size]
