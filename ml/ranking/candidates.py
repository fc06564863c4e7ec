"""Candidate generation: a few hundred products to score, out of the whole catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.ranking.results import Source
from ml.ranking.shopper import IntArray, Query
from ml.serving_index import ServingIndex
from ml.serving_index.top_k import top_k

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
    """Items, int32 [c], ascending and unique, and their sources, int8 [c], positions in SOURCES."""

    items: IntArray
    sources: NDArray[np.int8]

    @property
    def is_seen(self) -> NDArray[np.bool_]:
        """Whether the shopper has seen each candidate recently, bool [c]."""
        return np.equal(self.sources, SOURCES.index(Source.SEEN))


@dataclass(frozen=True, eq=False)
class Scope:
    """Filter of the items that may be shown.

    - `is_excluded`: bool [n_items]; `excluded`: the same items as int [b], ascending;
    - `limit`: number of places to fill;
    - `category`: only items in it or its descendants; None: all.
    """

    index: ServingIndex
    is_excluded: NDArray[np.bool_]
    excluded: NDArray[np.integer[Any]]
    limit: int
    category: int | None

    @classmethod
    def of(
        cls, index: ServingIndex, *excluded: NDArray[np.integer[Any]], limit: int, category: int | None = None
    ) -> Self:
        """Return the scope without these items of the index. Raise ValueError for an unknown category."""
        if category is not None and not 0 <= category < len(index.categories):
            raise ValueError(f"category is {category}, expected 0 to {len(index.categories) - 1}")
        is_excluded = np.zeros(index.n_items, bool)
        items = np.unique(np.concatenate([np.zeros(0, np.int32), *excluded]))
        is_excluded[items] = True
        return cls(index, is_excluded, items, limit, category)

    def allowed(self, items: NDArray[np.integer[Any]], count: int | None = None) -> IntArray:
        """Return the allowed ones of k items in their order, at most `count` of them; padding (-1) is dropped."""
        return items[self.allows(items)][:count].astype(np.int32, copy=False)

    def allows(self, items: NDArray[np.integer[Any]]) -> NDArray[np.bool_]:
        """Return whether each of k items is allowed, bool [k]; padding (-1) is not."""
        allowed = items >= 0
        allowed[allowed] = ~self.is_excluded[items[allowed]]
        if self.category is not None:
            categories = self.index.categories_of(items[allowed])
            allowed[allowed] = self.index.categories.contains(self.category, categories)
        return allowed


def find_candidates(query: Query, recent: IntArray, scope: Scope) -> Candidates:
    """Return the candidates of all sources, at least min(limit, number of items that the scope allows).

    Sources: nearest vectors, neighbours of recent items, popular items of liked categories, keyword matches, popular
    items, trending items.
    """
    index, spare = scope.index, scope.excluded.size
    terms, weights = query.heaviest_terms(index.terms.n_terms, HEAVIEST_TERMS)
    most_popular = max(POPULAR, scope.limit)
    found = {
        Source.VECTOR: _nearest(query, scope),
        Source.NEIGHBOURS: index.neighbours_of(recent[:RECENT_ITEMS])[0][:, :NEIGHBOURS_EACH].ravel(),
        Source.CATEGORY: _popular_in_categories(query, scope),
        Source.KEYWORD: scope.allowed(index.keyword_matches(terms, weights, KEYWORD_MATCHES + spare), KEYWORD_MATCHES),
        Source.POPULAR: scope.allowed(index.popular(most_popular + spare, scope.category), most_popular),
        Source.TRENDING: scope.allowed(index.trending_items(TRENDING + spare, scope.category), TRENDING),
    }
    items = np.concatenate(list(found.values()))
    sources = np.repeat([SOURCES.index(source) for source in found], [part.size for part in found.values()])
    unique, first = np.unique(items, return_index=True)
    allowed = scope.allows(unique)
    return Candidates(unique[allowed].astype(np.int32), sources[first[allowed]].astype(np.int8))


def with_added(candidates: Candidates, added: IntArray, source: Source, scope: Scope) -> Candidates:
    """Return the candidates and the allowed ones of the `added` items, with this source."""
    added = np.setdiff1d(scope.allowed(added), candidates.items)
    items = np.concatenate([candidates.items, added])
    sources = np.concatenate([candidates.sources, np.full(added.size, SOURCES.index(source), np.int8)])
    order = np.argsort(items)
    return Candidates(items[order], sources[order])


def _nearest(query: Query, scope: Scope) -> IntArray:
    if not query.vector.any():
        return np.zeros(0, np.int32)
    count = max(NEAREST, scope.limit)
    if scope.category is None:
        return scope.index.nearest(query.vector, count, scope.excluded)
    members = scope.allowed(np.sort(scope.index.members(scope.category)))
    return members[top_k(scope.index.cosines_of(members, query.vector), count)]


def _popular_in_categories(query: Query, scope: Scope) -> IntArray:
    spare = POPULAR_IN_CATEGORY + scope.excluded.size
    found = [
        scope.allowed(scope.index.popular(spare, category), POPULAR_IN_CATEGORY)
        for category in query.liked[:LIKED_CATEGORIES].tolist()
    ]
    return np.concatenate([np.zeros(0, np.int32), *found])
