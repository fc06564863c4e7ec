"""Recording of interactions. One event is one row; storing it twice leaves one."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import IntegrityError, router, transaction
from django.utils import timezone

from accounts.callers import current_caller
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.bulk_log import LogRow, append_rows, known_ids
from recommendations.behaviour.services.notifications import refresh_on_commit
from shop.catalogue.models import Product

LONGEST_QUERY = 200
# Products the shopper has or dismissed: to show one again would be a mistake, not just a late update.
NEVER_TWICE = frozenset({Kind.PURCHASE, Kind.RATE, Kind.NOT_INTERESTED})
# Reports of a client may have waited on a device without network, and its clock may be a little fast.
OLDEST_REPORT = timedelta(days=7)
CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True)
class NewEvent:
    """An event before it is stored.

    - `event_id`: None for an event that was never sent before.
    - `recomm_id`: the recommended list in which the product was clicked.
    """

    kind: Kind
    product_id: uuid.UUID | None = None
    value: float | None = None
    query: str = ""
    occurred_at: datetime | None = None
    event_id: uuid.UUID | None = None
    recomm_id: uuid.UUID | None = None
    category_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Refusal:
    """The reason why the event at a position (from 0) of a batch was not stored.

    - `attr`: the wrong attribute of the event; empty for the event as a whole.
    - `code`, `detail`: the reason for programs and for people.
    """

    position: int
    attr: str
    code: str
    detail: str


@dataclass
class Outcome:
    """The result of a batch: events stored, events stored before, and events refused."""

    stored: int = 0
    duplicates: int = 0
    refused: list[Refusal] = field(default_factory=list)


def record_interaction(
    *,
    shopper_id: uuid.UUID,
    kind: Kind,
    source: str,
    event_id: uuid.UUID | None = None,
    product_id: uuid.UUID | None = None,
    value: float | None = None,
    query: str = "",
    occurred_at: datetime | None = None,
    recomm_id: uuid.UUID | None = None,
) -> Interaction | None:
    """Store one event and, on commit, request a refresh of the shopper's profile. Return None for an event stored
    before, and for a known robot."""
    if current_caller().is_robot:
        return None
    event = NewEvent(kind, product_id, value, query, occurred_at, event_id, recomm_id)
    now = timezone.now()
    row = _row(shopper_id, event, now).to_interaction(source=source, recorded_at=now)
    if not _insert(row):
        return None
    refresh_on_commit(shopper_id, about=Interaction, at_once=kind in NEVER_TWICE)
    return row


def record_interactions(*, shopper_id: uuid.UUID, events: Sequence[NewEvent], source: str) -> Outcome:
    """Store events of one shopper with one notification; those stored before are counted as duplicates."""
    now = timezone.now()
    rows = {row.id: row for row in (_row(shopper_id, event, now) for event in events)}
    known = known_ids(rows)
    fresh = [row for row in rows.values() if row.id not in known]
    try:
        append_rows(fresh, source=source, recorded_at=now)
        stored = len(fresh)
    except IntegrityError:
        # Another request has just stored some of them.
        stored = sum(_insert(row.to_interaction(source=source, recorded_at=now)) for row in fresh)
    if stored:
        at_once = any(event.kind in NEVER_TWICE for event in events)
        refresh_on_commit(shopper_id, about=Interaction, at_once=at_once)
    return Outcome(stored=stored, duplicates=len(events) - stored)


def record_reported_events(
    *, shopper_id: uuid.UUID, events: Sequence[NewEvent | Refusal], source: str = "api"
) -> Outcome:
    """Store the valid events that a client reports, and list the others by position.

    `events` holds a refusal in place of an event that could not be read. Also refused are an unknown or hidden product,
    and a time more than OLDEST_REPORT ago or CLOCK_TOLERANCE ahead.
    """
    now = timezone.now()
    product_ids = {event.product_id for event in events if isinstance(event, NewEvent) and event.product_id is not None}
    known = set(Product.objects.published().filter(pk__in=product_ids).values_list("pk", flat=True))
    checked = [_checked(position, event, known, now) for position, event in enumerate(events)]
    valid = [event for event in checked if isinstance(event, NewEvent)]
    outcome = record_interactions(shopper_id=shopper_id, events=valid, source=source) if valid else Outcome()
    outcome.refused = [event for event in checked if isinstance(event, Refusal)]
    return outcome


def dismiss_product(*, shopper_id: uuid.UUID, product_id: uuid.UUID, source: str = "shop") -> None:
    """Do not recommend the product to this shopper any more, until `take_back_dismissal`."""
    record_interaction(shopper_id=shopper_id, kind=Kind.NOT_INTERESTED, product_id=product_id, value=1, source=source)


def take_back_dismissal(*, shopper_id: uuid.UUID, product_id: uuid.UUID, source: str = "shop") -> None:
    """Undo `dismiss_product` with an event of value 0: the log is append-only."""
    record_interaction(shopper_id=shopper_id, kind=Kind.NOT_INTERESTED, product_id=product_id, value=0, source=source)


def _checked(position: int, event: NewEvent | Refusal, known: set[uuid.UUID], now: datetime) -> NewEvent | Refusal:
    if isinstance(event, Refusal):
        return event
    if event.product_id is not None and event.product_id not in known:
        return Refusal(position, "product", "unknown_product", f"There is no product {event.product_id}.")
    if event.occurred_at is not None and event.occurred_at < now - OLDEST_REPORT:
        return Refusal(position, "occurred_at", "too_old", f"Events are accepted for {OLDEST_REPORT.days} days.")
    if event.occurred_at is not None and event.occurred_at > now + CLOCK_TOLERANCE:
        detail = "The event's time lies in the future: check the device's clock."
        return Refusal(position, "occurred_at", "in_the_future", detail)
    return event


def _row(shopper_id: uuid.UUID, event: NewEvent, now: datetime) -> LogRow:
    return LogRow(
        id=(event.event_id or uuid.uuid4()).hex,
        shopper_id=shopper_id.hex,
        kind=event.kind.value,
        product_id=_digits(event.product_id),
        value=event.value,
        occurred_at=min(event.occurred_at or now, now),
        query=event.query[:LONGEST_QUERY],
        recomm_id=_digits(event.recomm_id),
        category_id=_digits(event.category_id),
        origin=None if event.kind is Kind.PURCHASE else current_caller().origin,
    )


def _digits(key: uuid.UUID | None) -> str | None:
    return None if key is None else key.hex


def _insert(row: Interaction) -> bool:
    """Store one row; return False when its id is taken. The savepoint keeps an outer transaction usable."""
    try:
        with transaction.atomic(using=router.db_for_write(Interaction)):
            row.save(force_insert=True)
    except IntegrityError:
        return False
    return True
