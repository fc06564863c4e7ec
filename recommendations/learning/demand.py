"""What the log says of products as a whole: how popular they are, how much they trend, what shares an order.

Each kind of event counts once per shopper and product, so that one shopper's thousand clicks move nothing.
"""

import numpy as np
from numpy.typing import NDArray

from ml.index_building import Baskets
from recommendations.behaviour.event_weights import (
    KIND_CODES,
    SECONDS_PER_DAY,
    Kind,
    Log,
    newest_of_each_kind,
    strengths,
)

TRENDING_HALF_LIFE_DAYS = 3.0
# A product with less left of its events, in units of one view just now, does not trend.
LEAST_TREND = 0.5
# What was ordered in such a large order says little about what goes together.
LARGEST_BASKET = 50


def popularity_weights(log: Log, n_products: int, now: float) -> NDArray[np.float64]:
    """Return the event weights of each product, faded until now (Unix seconds) as profiles fade, float64 [n]."""
    rows = log.select(newest_of_each_kind(log))
    return _summed(rows, strengths(rows, now - rows.times), n_products)


def trending_weights(log: Log, n_products: int, now: float) -> NDArray[np.float64]:
    """Return the event weights of each product, halved every three days until now, float64 [n]; small ones as 0."""
    rows = log.select(newest_of_each_kind(log))
    faded = np.exp2(-np.maximum(now - rows.times, 0.0) / (TRENDING_HALF_LIFE_DAYS * SECONDS_PER_DAY))
    sums = _summed(rows, strengths(rows, np.zeros(len(rows))) * faded, n_products)
    sums[sums < LEAST_TREND] = 0.0
    return sums


def purchase_baskets(log: Log) -> Baskets:
    """Return the order lines of the log: what one shopper bought at one moment is an order."""
    bought = log.select(log.kinds == KIND_CODES[Kind.PURCHASE])
    moments, moment_of_line = np.unique(bought.times, return_inverse=True)
    orders, lines = np.unique(bought.shoppers * max(moments.size, 1) + moment_of_line, return_inverse=True)
    sizes = np.bincount(lines, minlength=orders.size)
    kept = sizes[lines] <= LARGEST_BASKET
    return Baskets(lines[kept], bought.products[kept], bought.shoppers[kept])


def _summed(rows: Log, weights: NDArray[np.floating], n_products: int) -> NDArray[np.float64]:
    return np.bincount(rows.products, weights=weights, minlength=n_products).astype(np.float64, copy=False)
