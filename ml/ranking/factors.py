"""Factors: multipliers by which a shop boosts or buries products."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.ranking.results import RankedItem
from ml.ranking.shopper import IntArray
from ml.serving_index import ServingIndex


def _no_factors() -> NDArray[np.float64]:
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class Factors:
    """Multipliers of scores, above 0. Raise ValueError for arrays that do not fit.

    - `items`: int32 [k], ascending and unique, with the factors `of_items`, float64 [k];
    - `of_categories`: float64 [c + 1] by category, the last for items without one; empty: no category has a factor.

    The factor of an item is its own times that of its category; 1 changes nothing.
    """

    items: IntArray = field(default_factory=lambda: np.zeros(0, np.int32))
    of_items: NDArray[np.float64] = field(default_factory=_no_factors)
    of_categories: NDArray[np.float64] = field(default_factory=_no_factors)

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
