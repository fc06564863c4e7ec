"""Candidates: a few hundred products worth scoring, out of the whole catalogue."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.ranking.ranked import Source
from ml.ranking.shopper import FloatArray, IntArray
from ml.ranking.taste import Taste
from ml.serving_index import ServingIndex
from ml.serving_index.selection import largest

SOURCES = tuple(Source)
NEAREST = 300
RECENT_ITEMS = 20
NEIGHBOURS_EACH = 20
LIKED_CATEGORIES = 5
POPULAR_IN_CATEGORY = 60
HEAVIEST_TERMS = 24
KEYWORD_MATCHES = 200
POPULAR = 100
TRENDING = 50


@dataclass(frozen=True, eq=False)
class Candidates:
    """items: int32 [c], rising, each once; sources: int8 [c], positions in SOURCES."""

    items: IntArray
    sources: NDArray[np.int8]


@dataclass(frozen=True, eq=False)
class Scope:
    """Which candidates may come: none of `barred`, int32; with `category` only items in it; enough to fill `limit`."""

    barred: IntArray
    limit: int
    category: int | None = None

    def check(self, index: ServingIndex) -> None:
        """Raise ValueError when the index has no such category."""
        if self.category is not None and not 0 <= self.category < len(index.categories):
            raise ValueError(f"category is {self.category}, expected 0 to {len(index.categories) - 1}")

    def admits(self, index: ServingIndex, items: IntArray) -> NDArray[np.bool_]:
        """Tell which of k items may come, bool [k]; padding (-1) may not."""
        allowed = (items >= 0) & ~np.isin(items, self.barred)
        if self.category is not None:
            allowed[allowed] = index.categories.contains(self.category, index.categories_of(items[allowed]))
        return allowed


def find_candidates(
    index: ServingIndex, taste: Taste, recent: IntArray, cosines: FloatArray, scope: Scope
) -> Candidates:
    """Return all candidates: nearest vectors, neighbours of recent items, popular ones of liked categories, keyword
    matches, popular and trending ones. At least min(limit, all that are admitted).

    cosines: float32 [n_items], of every item with the taste's vector.
    """
    spare = scope.barred.size
    terms, weights = taste.heaviest_terms(HEAVIEST_TERMS)
    found = {
        Source.VECTOR: _nearest(index, taste, cosines, scope),
        Source.NEIGHBOURS: index.neighbours_of(recent[:RECENT_ITEMS])[0][:, :NEIGHBOURS_EACH].ravel(),
        Source.CATEGORY: _popular_in(index, taste.liked[:LIKED_CATEGORIES], POPULAR_IN_CATEGORY + spare),
        Source.KEYWORD: index.keyword_matches(terms, weights, KEYWORD_MATCHES + spare),
        Source.POPULAR: index.popular(max(POPULAR, scope.limit) + spare, scope.category),
        Source.TRENDING: index.trending_items(TRENDING + spare, scope.category),
    }
    items = np.concatenate(list(found.values()))
    sources = np.repeat([SOURCES.index(source) for source in found], [len(part) for part in found.values()])
    unique, first = np.unique(items, return_index=True)
    admitted = scope.admits(index, unique)
    return Candidates(unique[admitted].astype(np.int32), sources[first[admitted]].astype(np.int8))


def with_seen(index: ServingIndex, candidates: Candidates, seen: IntArray, scope: Scope) -> Candidates:
    """Return the candidates with those seen items added that the scope admits."""
    seen = np.setdiff1d(seen[scope.admits(index, seen)], candidates.items)
    items = np.concatenate([candidates.items, seen])
    sources = np.concatenate([candidates.sources, np.full(seen.size, SOURCES.index(Source.SEEN), np.int8)])
    order = np.argsort(items)
    return Candidates(items[order].astype(np.int32), sources[order])


def _nearest(index: ServingIndex, taste: Taste, cosines: FloatArray, scope: Scope) -> IntArray:
    if not taste.vector.any():
        return np.zeros(0, np.int32)
    count = max(NEAREST, scope.limit)
    if scope.category is not None:
        members = np.sort(index.members(scope.category))
        return members[largest(cosines[members], count + scope.barred.size)]
    barred = cosines[scope.barred]
    cosines[scope.barred] = -np.inf
    nearest = largest(cosines, count)
    cosines[scope.barred] = barred
    return nearest.astype(np.int32)


def _popular_in(index: ServingIndex, categories: IntArray, count: int) -> IntArray:
    found = [index.popular(count, category) for category in categories.tolist()]
    return np.concatenate([np.zeros(0, np.int32), *found])
