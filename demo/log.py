"""The demo's interactions in the log, and the stars that they add to products."""

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence

from django.db import router, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from demo.behaviour import DemoEvent
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.bulk_log import LogRow, append_rows, known_ids
from shop.opinions.rating_totals import RatingTotal

SOURCE = "demo"
ROWS_PER_INSERT = 1_000


def append_demo_events(events: Sequence[DemoEvent], *, on_progress: Callable[[int], None]) -> int:
    """Store the events that are missing in the log, all or none (on MongoDB perhaps some); return their number.

    `on_progress` gets the number of events that are done.
    """
    known = set().union(*(known_ids([event.id.hex for event in chunk]) for chunk in _chunks(events)))
    new = [event for event in events if event.id.hex not in known]
    done = len(known)
    on_progress(done)
    now = timezone.now()
    with transaction.atomic(using=router.db_for_write(Interaction)):
        for chunk in _chunks(new):
            append_rows(list(map(_row, chunk)), source=SOURCE, recorded_at=now)
            done += len(chunk)
            on_progress(done)
    return len(new)


def demo_stars(product_ids: Collection[uuid.UUID], *, except_of: Collection[uuid.UUID]) -> dict[uuid.UUID, RatingTotal]:
    """Return the sums of the demo's ratings of these products, without the ratings of some shoppers."""
    ratings = Interaction.objects.filter(source=SOURCE, kind=Kind.RATE, product_id__in=list(product_ids))
    rows = ratings.exclude(shopper_id__in=list(except_of)).order_by().values_list("product_id")
    return {key: RatingTotal(stars, count) for key, stars, count in rows.annotate(Sum("value"), Count("pk")) if key}


def _chunks(events: Sequence[DemoEvent]) -> Iterator[Sequence[DemoEvent]]:
    return (events[start : start + ROWS_PER_INSERT] for start in range(0, len(events), ROWS_PER_INSERT))


def _row(event: DemoEvent) -> LogRow:
    product = event.product_id.hex if event.product_id else None
    return LogRow(
        event.id.hex, event.shopper_id.hex, event.kind, product, event.value, event.occurred_at, query=event.query
    )
