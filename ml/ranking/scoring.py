"""Composite score: weight x part, summed over cosine, popularity, category and keyword, times the shop's factors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.ranking.results import RankedItem
from ml.ranking.shopper import IntArray, Query
from ml.serving_index import Moment, ServingIndex


@dataclass(frozen=True)
class Weights:
    """Weight of each part of the composite score. Raise ValueError unless finite, >= 0 and not all 0."""

    cosine: float = 0.30
    popularity: float = 0.10
    category: float = 0.30
    keyword: float = 0.30

    def __post_init__(self) -> None:
        values = astuple(self)
        if not all(math.isfinite(value) and value >= 0 for value in values) or not any(values):
            raise ValueError(f"weights must be finite, >= 0 and not all 0, got {self}")

    def as_array(self) -> NDArray[np.float64]:
        """Return the weights as float64 [4], by the columns of `ml.ranking.results`."""
        return np.array([self.cosine, self.popularity, self.category, self.keyword])


@dataclass(frozen=True, eq=False)
class Factors:
    """Multipliers of scores, above 0. Raise ValueError for arrays that do not fit.

    - `items`: int32 [k], ascending and unique, with the factors `of_items`, float64 [k];
    - `of_categories`: float64 [c + 1] by category, the last for items without one; empty: no category has a factor.

    The factor of an item is its own times that of its category; 1 changes nothing.
    """

    items: IntArray = field(default_factory=lambda: np.zeros(0, np.int32))
    of_items: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    of_categories: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        if self.items.ndim != 1 or self.items.shape != self.of_items.shape or (np.diff(self.items) <= 0).any():
            raise ValueError(f"items {self.items.shape} must ascend, one factor each, got {self.of_items.shape}")
        for factors in (self.of_items, self.of_categories):
            if factors.size and not (np.isfinite(factors).all() and factors.min() > 0):
                raise ValueError("factors must be finite and above 0")

    def __bool__(self) -> bool:
        return bool(self.items.size or self.of_categories.size)

    @property
    def promoted(self) -> IntArray:
        """Items with a factor of their own above 1, int32, ascending: they are candidates in any case."""
        return self.items[self.of_items > 1]

    def of(self, index: ServingIndex, items: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
        """Return the factors of n items of an index, float64 [n]."""
        result = np.ones(items.size)
        if self.of_categories.size:
            result *= self.of_categories[index.categories_of(items)]
        if self.items.size:
            places = np.minimum(np.searchsorted(self.items, items), self.items.size - 1)
            result *= np.where(self.items[places] == items, self.of_items[places], 1.0)
        return result

    def applied(self, index: ServingIndex, ranking: Sequence[RankedItem]) -> list[RankedItem]:
        """Return a ranking with every score multiplied, best first; ties keep their order."""
        if not self:
            return list(ranking)
        factors = self.of(index, np.array([entry.item for entry in ranking], np.int32)).tolist()
        changed = [replace(entry, score=entry.score * factor) for entry, factor in zip(ranking, factors, strict=True)]
        return sorted(changed, key=lambda entry: -entry.score)


NO_FACTORS = Factors()


def score_parts(
    index: ServingIndex, query: Query, items: IntArray, moment: Moment | None = None
) -> NDArray[np.float64]:
    """Return the parts of c candidates, float64 [c, 4] in [0, 1], by the columns of `ml.ranking.results`.

    - cosine: item vector x query vector; category: `CategoryTree.affinities`; keyword: term row x query terms. Each is
      clipped at 0 and divided by the largest among the candidates;
    - popularity: see `popularity_in_season`.
    """
    return np.column_stack(
        [
            scaled(index.cosines_of(items, query.vector)),
            popularity_in_season(index, items, moment),
            scaled(index.categories.affinities(query.node_weights, index.categories_of(items))),
            scaled(index.terms_of(items).dot(query.term_column(index.terms.n_terms))),
        ]
    ).astype(np.float64, copy=False)


def popularity_in_season(index: ServingIndex, items: IntArray, moment: Moment | None) -> NDArray[np.float64]:
    """Return the popularity of c items at a moment, float64 [c] in [0, 1]; None: without seasons.

    The season's factor of the item's category multiplies the count behind popularity p = ln(1 + count) / scale, which
    becomes ln(1 + factor x (exp(p x scale) - 1)) / scale.
    """
    popularity = index.popularity_of(items).astype(np.float64)
    if moment is None:
        return popularity
    scale = index.seasons.popularity_scale
    factors = index.seasons.factors(index.categories_of(items), moment)
    return _within_1(np.log1p(factors * np.expm1(popularity * scale)) / scale)


def trending_in_season(index: ServingIndex, items: IntArray, moment: Moment | None) -> NDArray[np.float64]:
    """Return the trending scores of c items times their categories' factors at a moment, float64 [c] in [0, 1];
    None: without seasons."""
    trending = index.trending_of(items).astype(np.float64)
    if moment is None:
        return trending
    return _within_1(trending * index.seasons.factors(index.categories_of(items), moment))


def _within_1(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return values >= 0, divided by the largest if that is above 1, which keeps their order."""
    return values / max(float(values.max(initial=0.0)), 1.0)


def scaled(raw: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Return c raw values clipped at 0 and divided by the largest, float64 [c]; all 0 when none is above 0."""
    positive: NDArray[np.float64] = np.maximum(raw, 0.0).astype(np.float64)
    top = positive.max(initial=0.0)
    if top > 0:
        positive /= top
    return positive
