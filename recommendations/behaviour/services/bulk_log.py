"""Bulk inserts into the interaction log.

bulk_create takes about five times as long per row to make model objects and statements as SQLite takes to store them.
So on SQL the rows go straight to the cursor; on MongoDB they go through the models.
"""

import json
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connections, router, transaction

from recommendations.behaviour.models import Interaction

INSERT = """
    INSERT INTO recommendations_interaction
        (id, shopper_id, kind, product_id, value, query, recomm_id, category_id, origin, occurred_at,
         source, recorded_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
# All ids in one parameter: the number of parameters of a statement is limited.
KNOWN = {
    "sqlite": "SELECT id FROM recommendations_interaction WHERE id IN (SELECT value FROM json_each(%s))",
    "postgresql": "SELECT id FROM recommendations_interaction WHERE id = ANY(%s)",
}
MONGODB_BATCH = 2_000


class LogRow(NamedTuple):
    """One interaction to store. Ids are UUIDs as 32 hex digits, which compare and hash faster than UUID objects."""

    id: str
    shopper_id: str
    kind: str
    product_id: str | None
    value: float | None
    occurred_at: datetime
    query: str = ""
    recomm_id: str | None = None
    category_id: str | None = None
    origin: int | None = None

    def to_interaction(self, *, source: str, recorded_at: datetime) -> Interaction:
        """Return the row as a model object."""
        return Interaction(
            id=uuid.UUID(self.id),
            shopper_id=uuid.UUID(self.shopper_id),
            kind=self.kind,
            product_id=_uuid(self.product_id),
            category_id=_uuid(self.category_id),
            value=self.value,
            query=self.query,
            recomm_id=_uuid(self.recomm_id),
            source=source,
            origin=self.origin,
            occurred_at=self.occurred_at,
            recorded_at=recorded_at,
        )


def known_ids(ids: Collection[str]) -> set[str]:
    """Return those of the event ids (32 hex digits) that the log holds."""
    connection = connections[router.db_for_read(Interaction)]
    if connection.vendor == "mongodb":
        stored = Interaction.objects.filter(pk__in=list(map(uuid.UUID, ids))).values_list("pk", flat=True)
        return {event_id.hex for event_id in stored}
    has_uuids = connection.features.has_native_uuid_field
    with connection.cursor() as cursor:
        cursor.execute(KNOWN[connection.vendor], [list(map(uuid.UUID, ids)) if has_uuids else json.dumps(list(ids))])
        return {key.hex if has_uuids else key for (key,) in cursor.fetchall()}


def append_rows(rows: Sequence[LogRow], *, source: str, recorded_at: datetime) -> None:
    """Store rows whose ids are not in the log, all or none; raise IntegrityError when the log holds one of them.

    On MongoDB, a killed process may leave some of them.
    """
    connection = connections[router.db_for_write(Interaction)]
    if connection.vendor == "mongodb":
        _append_through_models(rows, source, recorded_at)
        return
    key: Any = _uuid if connection.features.has_native_uuid_field else _as_it_is
    moment = connection.ops.adapt_datetimefield_value
    arrival = moment(recorded_at)
    # Sorted by id, so that neighbours in the primary key index are written together.
    values = [
        (key(event), key(shopper), kind, key(product), value, query, key(listed), key(category), origin, moment(time))
        + (source, arrival)
        for event, shopper, kind, product, value, time, query, listed, category, origin in sorted(rows, key=_by_id)
    ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.executemany(INSERT, values)


def _append_through_models(rows: Sequence[LogRow], source: str, recorded_at: datetime) -> None:
    made = [row.to_interaction(source=source, recorded_at=recorded_at) for row in rows]
    try:
        with transaction.atomic(using=router.db_for_write(Interaction)):
            Interaction.objects.bulk_create(made, batch_size=MONGODB_BATCH)
    except BaseException:
        # MongoDB has no rollback here: delete the rows that were stored before the failure.
        ours = Interaction.objects.filter(recorded_at=recorded_at, source=source)
        ours.filter(pk__in=[interaction.pk for interaction in made]).delete()
        raise


def _by_id(row: LogRow) -> str:
    return row.id


def _uuid(digits: str | None) -> uuid.UUID | None:
    return None if digits is None else uuid.UUID(digits)


def _as_it_is(digits: str | None) -> str | None:
    return digits
