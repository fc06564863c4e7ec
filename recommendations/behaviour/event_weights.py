"""Event weights: the strength of each interaction kind in trainings and profiles, and its half-life.

The half-lives here are the defaults of settings.EVENT_HALF_LIVES (docs/operations.md).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from numpy.typing import NDArray

SECONDS_PER_DAY = 86_400.0
MOST_STARS = 5.0
# The oldest event keeps this share of its weight, so that an account that returns after years is known.
LEAST_DECAY = 2.0**-10


class Kind(StrEnum):
    """The kind of an interaction."""

    VIEW = "view"
    SEARCH = "search"
    SEARCH_CLICK = "search_click"
    ADD_TO_CART = "add_to_cart"
    PURCHASE = "purchase"
    RATE = "rate"
    NOT_INTERESTED = "not_interested"
    CHOOSE_CATEGORY = "choose_category"
    CLEAR_VIEWED = "clear_viewed"


@dataclass(frozen=True)
class EventWeight:
    """The weight of one event, and the days after which half of it is left."""

    weight: float
    half_life_days: float


EVENT_WEIGHTS: dict[Kind, EventWeight] = {
    Kind.VIEW: EventWeight(1.0, 30),
    Kind.SEARCH: EventWeight(0.0, 7),
    Kind.SEARCH_CLICK: EventWeight(1.5, 30),
    Kind.ADD_TO_CART: EventWeight(3.0, 60),
    Kind.PURCHASE: EventWeight(5.0, 365),
    Kind.RATE: EventWeight(4.0, 365),
    Kind.NOT_INTERESTED: EventWeight(0.0, 365),
    Kind.CHOOSE_CATEGORY: EventWeight(3.0, 90),
    Kind.CLEAR_VIEWED: EventWeight(0.0, 365),
}

# Kinds as small integers, so that a log of millions of rows fits into a few bytes per row.
KIND_CODES: dict[str, int] = {kind.value: code for code, kind in enumerate(Kind)}
KINDS: tuple[Kind, ...] = tuple(Kind)
_WEIGHTS = np.array([EVENT_WEIGHTS[kind].weight for kind in KINDS], dtype=np.float64)


def half_lives() -> NDArray[np.float64]:
    """Return the half-life of each kind in days, float64 [kinds], in the order of KINDS.

    Raise ImproperlyConfigured for a setting that names an unknown kind.
    """
    if unknown := set(settings.EVENT_HALF_LIVES) - set(KIND_CODES):
        raise ImproperlyConfigured(
            f"EVENT_HALF_LIVES names {', '.join(sorted(unknown))}, which is no kind of event: there are "
            f"{', '.join(KIND_CODES)}."
        )
    days = [settings.EVENT_HALF_LIVES.get(kind.value, EVENT_WEIGHTS[kind].half_life_days) for kind in KINDS]
    return np.array(days, dtype=np.float64)


@dataclass(frozen=True)
class Log:
    """n interactions as columns, in any order.

    - `shoppers`, `products`: int64 [n], indices; product -1 for none.
    - `kinds`: int8 [n], codes of KIND_CODES.
    - `values`: float32 [n], NaN for none.
    - `times`: float64 [n], Unix seconds.
    """

    shoppers: NDArray[np.int64]
    products: NDArray[np.int64]
    kinds: NDArray[np.int8]
    values: NDArray[np.float32]
    times: NDArray[np.float64]

    def __len__(self) -> int:
        return int(self.shoppers.shape[0])

    def select(self, mask: NDArray[np.bool_] | NDArray[np.int64]) -> "Log":
        """Return the rows of a mask (bool [n]) or of positions."""
        return Log(self.shoppers[mask], self.products[mask], self.kinds[mask], self.values[mask], self.times[mask])


def decay(kinds: NDArray[np.int8], ages_seconds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the remaining share of each event after its age, float64 [n] in (0, 1]: 0.5 ** (age / half-life)."""
    days = np.maximum(ages_seconds, 0.0) / SECONDS_PER_DAY
    return np.maximum(np.exp2(-days / half_lives()[kinds]), LEAST_DECAY)


def strengths(log: Log, ages_seconds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return weight x decay of each row, float32 [n]; a rating counts in proportion to its stars."""
    stars = np.where(np.isnan(log.values), MOST_STARS, np.clip(log.values, 0.0, MOST_STARS)) / MOST_STARS
    of_value = np.where(log.kinds == KIND_CODES[Kind.RATE], stars, 1.0)
    return (_WEIGHTS[log.kinds] * of_value * decay(log.kinds, ages_seconds)).astype(np.float32)


def newest_of_each_kind(log: Log) -> NDArray[np.int64]:
    """Return the positions of the newest row of every (shopper, product, kind), int64 [m], by shopper and product.

    Repetition thus adds nothing: ten thousand views of a product by one shopper weigh as much as one.
    """
    order = np.lexsort((log.times, log.kinds, log.products, log.shoppers))
    if not order.size:
        return order
    keys = np.stack((log.shoppers, log.products, log.kinds.astype(np.int64)))[:, order]
    is_last = np.append((keys[:, 1:] != keys[:, :-1]).any(axis=0), True)
    return order[is_last]


@dataclass(frozen=True)
class PairWeights:
    """The weights of m pairs of shopper and product.

    - `shoppers`, `products`: int64 [m].
    - `weights`: float32 [m] > 0.
    - `times`: float64 [m], Unix seconds of the newest event.
    - `kinds`: int8 [m], code of the strongest kind.
    """

    shoppers: NDArray[np.int64]
    products: NDArray[np.int64]
    weights: NDArray[np.float32]
    times: NDArray[np.float64]
    kinds: NDArray[np.int8]


def pair_weights(log: Log) -> PairWeights:
    """Add up each shopper's events per product: the row of the interaction matrix, in trainings and in profiles.

    Ages count from the shopper's newest event. Left out are rows without a product, and products the shopper is not
    interested in: the newest such event has a value other than 0. Sorted by shopper, then product.
    """
    newest_event = np.full(int(log.shoppers.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(newest_event, log.shoppers, log.times)
    rows = log.select(newest_of_each_kind(log))
    rows = rows.select(rows.products >= 0)
    weights = strengths(rows, newest_event[rows.shoppers] - rows.times)
    refused = (rows.kinds == KIND_CODES[Kind.NOT_INTERESTED]) & (rows.values != 0.0)
    starts = np.flatnonzero(_is_first_of_pair(rows))
    if not starts.size:
        return PairWeights(rows.shoppers, rows.products, weights, rows.times, rows.kinds)
    pair_of_row = np.cumsum(_is_first_of_pair(rows)) - 1
    strongest = np.lexsort((weights, pair_of_row))[np.append(starts[1:], len(rows)) - 1]
    total = np.add.reduceat(weights, starts)
    kept = (total > 0) & ~np.logical_or.reduceat(refused, starts)
    return PairWeights(
        rows.shoppers[starts][kept],
        rows.products[starts][kept],
        total[kept],
        np.maximum.reduceat(rows.times, starts)[kept],
        rows.kinds[strongest][kept],
    )


def _is_first_of_pair(rows: Log) -> NDArray[np.bool_]:
    pairs = np.stack((rows.shoppers, rows.products))
    return np.append(True, (pairs[:, 1:] != pairs[:, :-1]).any(axis=0))[: len(rows)]
