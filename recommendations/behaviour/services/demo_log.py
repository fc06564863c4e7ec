"""What the demo shoppers did, in the log. Their shares of the products' stars are read back from there."""

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db import router, transaction
from django.db.models import Count, Sum
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from shop.demo.behaviour import DemoEvent
from shop.opinions.rating_totals import RatingTotal

SOURCE = "demo"
IDS_PER_QUERY = 500
ROWS_PER_INSERT = 1_000


def append_demo_events(events: Sequence[DemoEvent], *, on_progress: Callable[[int], None]) -> int:
    """Store the events that the log does not hold, all or (on MongoDB, in part) none; return how many those were.

    `on_progress` gets the number of events dealt with.
    """
    known = _known_ids([event.id for event in events])
    new = [event for event in events if event.id not in known]
    on_progress(len(known))
    now = timezone.now()
    with transaction.atomic(using=router.db_for_write(Interaction)):
        for start in range(0, len(new), ROWS_PER_INSERT):
            chunk = new[start : start + ROWS_PER_INSERT]
            Interaction.objects.bulk_create([_row(event, now) for event in chunk])
            on_progress(len(known) + start + len(chunk))
    return len(new)


def demo_stars(product_ids: Collection[uuid.UUID], *, except_of: Collection[uuid.UUID]) -> dict[uuid.UUID, RatingTotal]:
    """Return what the demo's ratings of these products add up to, without those of some shoppers (accounts)."""
    ratings = Interaction.objects.filter(source=SOURCE, kind=Kind.RATE, product_id__in=list(product_ids))
    rows = ratings.exclude(shopper_id__in=list(except_of)).order_by().values_list("product_id")
    return {key: RatingTotal(stars, count) for key, stars, count in rows.annotate(Sum("value"), Count("pk")) if key}


def _known_ids(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    known: set[uuid.UUID] = set()
    for start in range(0, len(ids), IDS_PER_QUERY):
        chunk = ids[start : start + IDS_PER_QUERY]
        known.update(Interaction.objects.filter(pk__in=chunk).values_list("pk", flat=True))
    return known


def _row(event: DemoEvent, recorded_at: datetime) -> Interaction:
    return Interaction(
        id=event.id,
        shopper_id=event.shopper_id,
        kind=event.kind,
        product_id=event.product_id,
        value=event.value,
        query=event.query,
        source=SOURCE,
        occurred_at=event.occurred_at,
        recorded_at=recorded_at,
    )
