"""Candidates: a few hundred products worth scoring, out of the whole catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.ranking.ranked import Source
from ml.ranking.shopper import IntArray
from ml.ranking.taste import Taste
from ml.serving_index import ServingIndex
from ml.serving_index.selection import largest

SOURCES = tuple(Source)
NEAREST = 200
RECENT_ITEMS = 20
NEIGHBOURS_EACH = 10
LIKED_CATEGORIES = 5
POPULAR_IN_CATEGORY = 40
HEAVIEST_TERMS = 24
KEYWORD_MATCHES = 100
POPULAR = 60
TRENDING = 40


@dataclass(frozen=True, eq=False)
class Candidates:
    """items: int32 [c], rising, each once; sources: int8 [c], positions in SOURCES."""

    items: IntArray
    sources: NDArray[np.int8]

    @property
    def is_seen(self) -> NDArray[np.bool_]:
        """Which of them the shopper has seen lately, bool [c]."""
        return np.equal(self.sources, SOURCES.index(Source.SEEN))


@dataclass(frozen=True, eq=False)
class Scope:
    """Which items may come: none barred (is_barred: bool [n_items], barred: the same as int [b]); with a category only
    those in it. limit: how many places there are to fill.
    """

    index: ServingIndex
    is_barred: NDArray[np.bool_]
    barred: NDArray[np.integer[Any]]
    limit: int
    category: int | None

    @classmethod
    def of(
        cls, index: ServingIndex, *barred: NDArray[np.integer[Any]], limit: int, category: int | None = None
    ) -> Self:
        """Return the scope without the barred items (indices of this index). ValueError for an unknown category."""
        if category is not None and not 0 <= category < len(index.categories):
            raise ValueError(f"category is {category}, expected 0 to {len(index.categories) - 1}")
        is_barred = np.zeros(index.n_items, bool)
        items = np.unique(np.concatenate([np.zeros(0, np.int32), *barred]))
        is_barred[items] = True
        return cls(index, is_barred, items, limit, category)

    def admitted(self, items: NDArray[np.integer[Any]], count: int | None = None) -> IntArray:
        """Return those of k items that may come, in their order, at most the first `count`; padding (-1) goes."""
        return items[self.admits(items)][:count].astype(np.int32, copy=False)

    def admits(self, items: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Tell which of k items may come, bool [k]; padding (-1) may not."""
        allowed = items >= 0
        allowed[allowed] = ~self.is_barred[items[allowed]]
        if self.category is not None:
            categories = self.index.categories_of(items[allowed])
            allowed[allowed] = self.index.categories.contains(self.category, categories)
        return allowed


def find_candidates(taste: Taste, recent: IntArray, scope: Scope) -> Candidates:
    """Return all candidates: nearest vectors, neighbours of recent items, popular ones of liked categories, keyword
    matches, popular and trending ones. At least min(limit, all that the scope admits).
    """
    index, spare = scope.index, scope.barred.size
    terms, weights = taste.heaviest_terms(index.terms.n_terms, HEAVIEST_TERMS)
    most_popular = max(POPULAR, scope.limit)
    found = {
        Source.VECTOR: _nearest(taste, scope),
        Source.NEIGHBOURS: index.neighbours_of(recent[:RECENT_ITEMS])[0][:, :NEIGHBOURS_EACH].ravel(),
        Source.CATEGORY: _popular_in_categories(taste, scope),
        Source.KEYWORD: scope.admitted(index.keyword_matches(terms, weights, KEYWORD_MATCHES + spare), KEYWORD_MATCHES),
        Source.POPULAR: scope.admitted(index.popular(most_popular + spare, scope.category), most_popular),
        Source.TRENDING: scope.admitted(index.trending_items(TRENDING + spare, scope.category), TRENDING),
    }
    items = np.concatenate(list(found.values()))
    sources = np.repeat([SOURCES.index(source) for source in found], [part.size for part in found.values()])
    unique, first = np.unique(items, return_index=True)
    admitted = scope.admits(unique)
    return Candidates(unique[admitted].astype(np.int32), sources[first[admitted]].astype(np.int8))


def with_added(candidates: Candidates, added: IntArray, source: Source, scope: Scope) -> Candidates:
    """Return the candidates with those items added, as found by a source, that the scope admits."""
    added = np.setdiff1d(scope.admitted(added), candidates.items)
    items = np.concatenate([candidates.items, added])
    sources = np.concatenate([candidates.sources, np.full(added.size, SOURCES.index(source), np.int8)])
    order = np.argsort(items)
    return Candidates(items[order], sources[order])


def _nearest(taste: Taste, scope: Scope) -> IntArray:
    if not taste.vector.any():
        return np.zeros(0, np.int32)
    count = max(NEAREST, scope.limit)
    if scope.category is None:
        return scope.index.nearest(taste.vector, count, scope.barred)
    members = scope.admitted(np.sort(scope.index.members(scope.category)))
    return members[largest(scope.index.cosines_of(members, taste.vector), count)]


def _popular_in_categories(taste: Taste, scope: Scope) -> IntArray:
    spare = POPULAR_IN_CATEGORY + scope.barred.size
    found = [
        scope.admitted(scope.index.popular(spare, category), POPULAR_IN_CATEGORY)
        for category in taste.liked[:LIKED_CATEGORIES].tolist()
    ]
    return np.concatenate([np.zeros(0, np.int32), *found])
