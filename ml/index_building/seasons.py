"""Fitting of the factors of seasons and times of day from visits to categories.

A cell is a month, or an hour of a working day or of a weekend. Category c has O observed visits in cell t (a shopper's
day in a category is one visit), and E expected ones if its visits were spread over the cells as those of the whole
shop. Its factor is (O + k f) / (E + k), with f the factor of its parent (1 for a root): the mean of the gamma posterior
when O is Poisson with mean E x factor and factors have mean f and variance 1 / k (empirical Bayes: Clayton & Kaldor,
Biometrics 43, 1987). The variance is estimated from two halves of the log, even and odd years or weeks, as the sum of
(O1 - f E1)(O2 - f E2) over the sum of E1 E2, whose expectation by chance is 0 even when visits cluster. k is at least
100 visits. Where the halves do not agree (correlation of their standardised residuals below 2.5 / sqrt(cells), which
chance exceeds once in 160 times), the category keeps its parent's factors.

Months are counted over whole years back from the newest event, and expected visits are summed year by year, so that
neither a partial year nor growth between years looks like a season. Months need two whole years of the log and of the
category, times of day need four weeks. Otherwise factors are 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.serving_index.categories import CategoryTree
from ml.serving_index.seasons import HOURS, LEAST_FACTOR, MONTHS, MOST_FACTOR, Seasons

LEAST_PRIOR_VISITS = 100.0
LEAST_AGREEMENT = 2.5  # standard errors of a correlation of independent cells
SECONDS_PER_DAY = 86_400
DAYS_PER_YEAR = 365
LEAST_YEARS = 2
LEAST_DAYS = 28
# A second shared by more shoppers than both of these limits is the time of an import.
MOST_AT_ONCE, LARGEST_SHARE_AT_ONCE = 20, 0.001


@dataclass(frozen=True, eq=False)
class Visits:
    """n events. Raise ValueError for other shapes.

    - `shoppers`: int [n] >= 0; `categories`: int [n], -1 none;
    - `local_times`: float [n], seconds since 1970 by the shop's clock, not UTC.
    """

    shoppers: NDArray[np.integer[Any]]
    categories: NDArray[np.integer[Any]]
    local_times: NDArray[np.floating[Any]]

    def __post_init__(self) -> None:
        shapes = {self.shoppers.shape, self.categories.shape, self.local_times.shape}
        if len(shapes) > 1 or self.shoppers.ndim != 1:
            raise ValueError(f"expected shoppers, categories and local_times [n], got {sorted(shapes)}")

    def select(self, mask: NDArray[np.bool_]) -> Visits:
        """Return the events selected by mask, bool [n]."""
        return Visits(self.shoppers[mask], self.categories[mask], self.local_times[mask])


def fit_seasons(visits: Visits, category_parent: NDArray[np.int32]) -> Seasons:
    """Return the factors of c categories; category_parent: int32 [c], -1 root. Raise ValueError for a category >= c.

    Events at midnight to the second have a date but no time of day. Events at another second shared by very many
    shoppers (MOST_AT_ONCE) are those of an import, and are ignored.
    """
    count = category_parent.size
    if visits.categories.size and visits.categories.max() >= count:
        raise ValueError(f"visits hold category {visits.categories.max()}, expected below {count}")
    tree = CategoryTree(category_parent)
    seasons = Seasons.none(count)
    known = visits.select((visits.categories >= 0) & ~_shared_moments(visits))
    if not known.local_times.size:
        return seasons
    at_midnight = known.local_times % SECONDS_PER_DAY == 0
    _fill(seasons.months, tree, _by_month(known, tree))
    _fill(seasons.hours, tree, _by_hour(known.select(~at_midnight), tree))
    return seasons


@dataclass(frozen=True, eq=False)
class _Cells:
    """Observed visits, and visits expected without seasons, of two halves of the log: float64 [2, c, cells] each."""

    observed: NDArray[np.float64]
    expected: NDArray[np.float64]


def _fill(factors: NDArray[np.float32], tree: CategoryTree, cells: _Cells) -> None:
    """Write the factors of every category into the rows of a table, parents first."""
    for category in np.argsort(tree.lengths, kind="stable").tolist():
        above = factors[tree.parent[category]].astype(np.float64)  # -1: the last row, all ones
        observed, expected = cells.observed[:, category], cells.expected[:, category]
        prior = _prior_visits(observed, expected * above)
        raised = above if prior is None else (observed.sum(axis=0) + prior * above) / (expected.sum(axis=0) + prior)
        factors[category] = np.clip(raised, LEAST_FACTOR, MOST_FACTOR)


def _prior_visits(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> float | None:
    """Return k for one category from its two halves, float64 [2, cells] each; None when they do not agree."""
    residuals = observed - expected
    standardised = residuals / np.sqrt(np.maximum(expected, 1e-12))
    both = (standardised[0] * standardised[1]).sum()
    length = np.sqrt((standardised**2).sum(axis=1).prod())
    if not length or both / length < LEAST_AGREEMENT / np.sqrt(observed.shape[1]):
        return None
    variance = (residuals[0] * residuals[1]).sum() / expected.prod(axis=0).sum()
    return max(LEAST_PRIOR_VISITS, 1.0 / variance) if variance > 0 else None


def _by_month(visits: Visits, tree: CategoryTree) -> _Cells:
    """Count visits by month, year by year back from the newest event."""
    cells = _Cells(np.zeros((2, len(tree), MONTHS)), np.zeros((2, len(tree), MONTHS)))
    days = np.floor(visits.local_times / SECONDS_PER_DAY).astype(np.int64)
    newest = int(days.max())
    years = (newest - int(days.min()) + 1) // DAYS_PER_YEAR
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % MONTHS
    ago = (newest - days) // DAYS_PER_YEAR
    counts = np.zeros((years if years >= LEAST_YEARS else 0, len(tree), MONTHS))
    oldest = np.full(len(tree), -1)
    for level in _levels(tree):
        categories, first = _each_day_once(visits, level, days)
        whole = ago[first] < len(counts)
        np.add.at(counts, (ago[first][whole], categories[whole], months[first][whole]), 1.0)
        np.maximum.at(oldest, categories, newest - days[first])
    # A category counts from its first whole year on, because it did not exist before.
    own_years = (oldest + 1) // DAYS_PER_YEAR
    for year, counted in enumerate(counts):
        shop = counted[tree.parent < 0].sum(axis=0)
        counts_here = (own_years >= LEAST_YEARS) & (year < own_years)
        cells.observed[year % 2, counts_here] += counted[counts_here]
        shares = shop / max(shop.sum(), 1.0)
        cells.expected[year % 2, counts_here] += np.outer(counted[counts_here].sum(axis=1), shares)
    return cells


def _by_hour(visits: Visits, tree: CategoryTree) -> _Cells:
    """Count visits by hour of working days and weekends."""
    cells = _Cells(np.zeros((2, len(tree), 2 * HOURS)), np.zeros((2, len(tree), 2 * HOURS)))
    days = np.floor(visits.local_times / SECONDS_PER_DAY).astype(np.int64)
    if not days.size or days.max() - days.min() + 1 < LEAST_DAYS:
        return cells
    hours = (visits.local_times % SECONDS_PER_DAY // 3600).astype(np.int64)
    places = hours + HOURS * np.isin((days + 3) % 7, (5, 6))  # 1 January 1970 was a Thursday
    for level in _levels(tree):
        categories, first = _each_day_once(visits, level, days)
        np.add.at(cells.observed, (days[first] // 7 % 2, categories, places[first]), 1.0)
    for observed, expected in zip(cells.observed, cells.expected, strict=True):
        shop = observed[tree.parent < 0].sum(axis=0)
        expected[:] = np.outer(observed.sum(axis=1), shop / max(shop.sum(), 1.0))
    return cells


def _levels(tree: CategoryTree) -> Iterator[NDArray[np.int32]]:
    """Yield, for each depth from the roots, the ancestor of each of c categories at that depth, int32 [c], -1 none."""
    for depth in range(tree.paths.shape[1]):
        place = tree.lengths - 1 - depth
        yield np.where(place >= 0, tree.paths[np.arange(len(tree)), place], -1).astype(np.int32, copy=False)


def _each_day_once(
    visits: Visits, level: NDArray[np.int32], days: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the category and the position of the first event of each shopper's day in a category of a level.

    level: int32 [c], the ancestor of each category at this level, -1 none.
    """
    categories = level[visits.categories].astype(np.int64)
    order = np.lexsort((visits.local_times, categories, days, visits.shoppers))
    order = order[categories[order] >= 0]
    keys = np.stack((visits.shoppers, days, categories))[:, order]
    is_first = np.append(True, (keys[:, 1:] != keys[:, :-1]).any(axis=0))[: order.size]
    first = order[is_first]
    return categories[first], first


def _shared_moments(visits: Visits) -> NDArray[np.bool_]:
    """Return which events lie at a second, other than midnight, that very many shoppers share, bool [n]."""
    seconds = np.floor(visits.local_times).astype(np.int64)
    order = np.lexsort((visits.shoppers, seconds))
    pairs = np.stack((seconds, visits.shoppers.astype(np.int64)))[:, order]
    different = pairs[0, np.append(True, (pairs[:, 1:] != pairs[:, :-1]).any(axis=0))[: order.size]]
    moments, shoppers = np.unique(different, return_counts=True)
    most = max(MOST_AT_ONCE, LARGEST_SHARE_AT_ONCE * different.size)
    crowded = moments[(shoppers > most) & (moments % SECONDS_PER_DAY != 0)]
    return np.isin(seconds, crowded)
