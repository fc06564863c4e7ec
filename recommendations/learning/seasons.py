"""In which months and hours the categories are in demand, from the log by the shop's clock."""

from datetime import UTC, datetime, tzinfo

import numpy as np
from numpy.typing import NDArray

from ml.index_building import Visits, fit_seasons
from ml.serving_index.seasons import Seasons
from recommendations.behaviour.event_weights import Log
from recommendations.learning.catalogue import Catalogue

# The newest events say enough, and sorting them takes about 100 bytes each.
MOST_EVENTS = 10_000_000
SECONDS_PER_QUARTER = 900


def seasons_of(log: Log, catalogue: Catalogue, zone: tzinfo) -> Seasons:
    """Return the factors of the catalogue's categories; the log's products are in the catalogue's order."""
    if len(log) > MOST_EVENTS:
        log = log.select(np.argpartition(log.times, -MOST_EVENTS)[-MOST_EVENTS:])
    log = log.select(log.products >= 0)
    visits = Visits(log.shoppers, catalogue.item_category[log.products], local_seconds(log.times, zone))
    return fit_seasons(visits, catalogue.category_parent)


def local_seconds(times: NDArray[np.float64], zone: tzinfo) -> NDArray[np.float64]:
    """Return what the clocks of a zone show at n moments (Unix seconds), as seconds since their 1970, float64 [n].

    Clocks change at whole quarters of an hour everywhere, so each quarter is asked for once.
    """
    quarters, places = np.unique(np.floor(times / SECONDS_PER_QUARTER).astype(np.int64), return_inverse=True)
    starts = (quarters * SECONDS_PER_QUARTER).tolist()
    offsets = [(datetime.fromtimestamp(start, UTC).astimezone(zone)).utcoffset() for start in starts]
    seconds = np.array([offset.total_seconds() if offset else 0.0 for offset in offsets])
    local: NDArray[np.float64] = times + seconds[places]
    return local
