"""The whole interaction log as typed columns: a few bytes per row, so that a long log fits into memory."""

import logging
import uuid
from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from recommendations.behaviour.event_weights import KIND_CODES, Log
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.behaviour.trust import NO_ORIGIN, Source, counted

logger = logging.getLogger(__name__)

ROWS_PER_CHUNK = 10_000
_COLUMNS = ("shopper_id", "product_id", "kind", "value", "occurred_at", "recorded_at", "source", "origin")


@dataclass(frozen=True, eq=False)
class TrainingLog:
    """The log with shoppers and products as numbers. Events of a visitor count for the account they signed in to.

    Events that no shopper made are left out (recommendations/behaviour/trust.py).

    - `n_shoppers`: the number of different shoppers.
    - `recorded_through`: when the newest row was written; None for an empty log.
    - `recorded`: float64 [n], Unix seconds at which each row was written, maybe long after the event.
    """

    log: Log
    n_shoppers: int
    recorded_through: datetime | None
    recorded: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.log)


class _Columns:
    """Growing typed columns: 42 bytes per row, where a list of tuples takes hundreds."""

    def __init__(self) -> None:
        self.shoppers, self.products = array("q"), array("q")
        self.kinds, self.values, self.times = array("b"), array("f"), array("d")
        self.recorded = array("d")
        self.is_live, self.origins = array("b"), array("i")

    def to_log(self) -> Log:
        return Log(
            np.frombuffer(self.shoppers, dtype=np.int64),
            np.frombuffer(self.products, dtype=np.int64),
            np.frombuffer(self.kinds, dtype=np.int8),
            np.frombuffer(self.values, dtype=np.float32),
            np.frombuffer(self.times, dtype=np.float64),
        )

    def to_source(self) -> Source:
        return Source(np.frombuffer(self.is_live, dtype=np.bool_), np.frombuffer(self.origins, dtype=np.int32))


def read_log(
    product_positions: Mapping[uuid.UUID, int], *, progress: Callable[[float], None] | None = None
) -> TrainingLog:
    """Read every trusted interaction with a product of `product_positions`; report the share read, 0 to 1.

    Searches have no product and are left out, as are events of deleted products. Rows written during the read are left
    to the next training, so that `recorded_through` is exact.
    """
    owners = dict(VisitorLink.objects.values_list("visitor_id", "user_id"))
    newest = Interaction.objects.aggregate(newest=Max("recorded_at"))["newest"]
    expected = max(Interaction.objects.count(), 1)
    numbers: dict[uuid.UUID, int] = {}
    columns = _Columns()
    rows = Interaction.objects.order_by().values_list(*_COLUMNS)
    for count, row in enumerate(rows.iterator(ROWS_PER_CHUNK), start=1):
        shopper_id, product_id, kind, value, occurred_at, recorded_at, source, origin = row
        position = product_positions.get(product_id)
        if position is not None and newest is not None and recorded_at <= newest:
            owner = owners.get(shopper_id, shopper_id)
            columns.shoppers.append(numbers.setdefault(owner, len(numbers)))
            columns.products.append(position)
            columns.kinds.append(KIND_CODES[kind])
            columns.values.append(float("nan") if value is None else value)
            columns.times.append(occurred_at.timestamp())
            columns.recorded.append(recorded_at.timestamp())
            columns.is_live.append(source in Interaction.LIVE_SOURCES)
            columns.origins.append(NO_ORIGIN if origin is None else origin)
        if progress and count % ROWS_PER_CHUNK == 0:
            progress(min(count / expected, 1.0))
    log, recorded = columns.to_log(), np.frombuffer(columns.recorded, dtype=np.float64)
    result = counted(log, columns.to_source())
    if not result.rows.all():
        logger.warning("%d events do not count: %s.", int((~result.rows).sum()), result)
        log, recorded = log.select(result.rows), recorded[result.rows]
    return TrainingLog(log, int(np.unique(log.shoppers).size), newest, recorded)
