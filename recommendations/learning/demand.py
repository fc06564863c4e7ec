"""Demand for products and categories in the log: popularity, trends, orders and seasons.

Each kind of event counts once per shopper and product, so that a thousand clicks of one shopper move nothing.
"""

from datetime import UTC, datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from ml.index_building import Baskets, Visits, fit_seasons
from ml.serving_index.seasons import Seasons
from recommendations.behaviour.event_weights import (
    KIND_CODES,
    SECONDS_PER_DAY,
    Kind,
    Log,
    newest_of_each_kind,
    strengths,
)
from recommendations.learning.catalogue import Catalogue

TRENDING_HALF_LIFE_DAYS = 3.0
# A product whose faded events add up to less, in units of one view just now, does not trend.
LEAST_TREND = 0.5
# The lines of a larger order say little about what goes together.
LARGEST_BASKET = 50
# Seasons are fitted on the newest events: they are enough, and sorting takes about 100 bytes per event.
MOST_SEASON_EVENTS = 10_000_000
SECONDS_PER_QUARTER = 900


def popularity_weights(log: Log, n_products: int, now: float) -> NDArray[np.float64]:
    """Return the event weights of each product, faded until now (Unix seconds) as in profiles, float64 [n]."""
    rows = log.select(newest_of_each_kind(log))
    return _summed(rows, strengths(rows, now - rows.times), n_products)


def trending_weights(log: Log, n_products: int, now: float) -> NDArray[np.float64]:
    """Return the event weights of each product, halved every three days until now, float64 [n]; small ones are 0."""
    rows = log.select(newest_of_each_kind(log))
    faded = np.exp2(-np.maximum(now - rows.times, 0.0) / (TRENDING_HALF_LIFE_DAYS * SECONDS_PER_DAY))
    sums = _summed(rows, strengths(rows, np.zeros(len(rows))) * faded, n_products)
    sums[sums < LEAST_TREND] = 0.0
    return sums


def purchase_baskets(log: Log) -> Baskets:
    """Return the order lines of the log: the purchases of one shopper at one moment are an order."""
    bought = log.select(log.kinds == KIND_CODES[Kind.PURCHASE])
    moments, moment_of_line = np.unique(bought.times, return_inverse=True)
    orders, lines = np.unique(bought.shoppers * max(moments.size, 1) + moment_of_line, return_inverse=True)
    sizes = np.bincount(lines, minlength=orders.size)
    kept = sizes[lines] <= LARGEST_BASKET
    return Baskets(lines[kept], bought.products[kept], bought.shoppers[kept])


def category_seasons(log: Log, catalogue: Catalogue, zone: tzinfo) -> Seasons:
    """Return the monthly and hourly factors of the categories by the clock of a zone; the log's products are indices of
    the catalogue."""
    if len(log) > MOST_SEASON_EVENTS:
        log = log.select(np.argpartition(log.times, -MOST_SEASON_EVENTS)[-MOST_SEASON_EVENTS:])
    log = log.select(log.products >= 0)
    visits = Visits(log.shoppers, catalogue.item_category[log.products], local_seconds(log.times, zone))
    return fit_seasons(visits, catalogue.category_parent)


def local_seconds(times: NDArray[np.float64], zone: tzinfo) -> NDArray[np.float64]:
    """Return the clock time of a zone at n moments (Unix seconds), as seconds since 1970 by that clock, float64 [n].

    Clocks change at whole quarters of an hour everywhere, so the offset is computed once per quarter.
    """
    quarters, places = np.unique(np.floor(times / SECONDS_PER_QUARTER).astype(np.int64), return_inverse=True)
    starts = (quarters * SECONDS_PER_QUARTER).tolist()
    offsets = [(datetime.fromtimestamp(start, UTC).astimezone(zone)).utcoffset() for start in starts]
    seconds = np.array([offset.total_seconds() if offset else 0.0 for offset in offsets])
    local: NDArray[np.float64] = times + seconds[places]
    return local


def _summed(rows: Log, weights: NDArray[np.floating], n_products: int) -> NDArray[np.float64]:
    return np.bincount(rows.products, weights=weights, minlength=n_products).astype(np.float64, copy=False)
