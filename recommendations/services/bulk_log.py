"""Append very many interactions to the log at once.

bulk_create spends about five times as long per row on making model objects and statements as SQLite does on storing
them, so on SQL the rows go straight to the cursor. On MongoDB, which has no SQL, they go through the models.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from django.db import connections, router, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from recommendations.models import Interaction

COLUMNS = ("id", "shopper_id", "kind", "product_id", "value", "query", "source", "occurred_at", "recorded_at")
# PostgreSQL takes 65,535 parameters in a statement, SQLite 32,766 where nobody raised it.
MOST_ROWS = 20_000
MONGODB_BATCH = 2_000


class LogRow(NamedTuple):
    """One interaction to be stored; `id` decides whether it is there already."""

    id: uuid.UUID
    shopper_id: uuid.UUID
    kind: str
    product_id: uuid.UUID
    value: float | None
    occurred_at: datetime


def missing_ids(ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of at most MOST_ROWS event ids the log does not hold."""
    connection = connections[router.db_for_read(Interaction)]
    if connection.vendor == "mongodb":
        return set(ids) - set(Interaction.objects.filter(pk__in=list(ids)).values_list("pk", flat=True))
    keys = _keys(connection, ids)
    quote = connection.ops.quote_name
    statement = (
        f"SELECT {quote('id')} FROM {quote(Interaction._meta.db_table)} "  # noqa: S608 our own names, values are bound
        f"WHERE {quote('id')} IN ({', '.join(['%s'] * len(keys))})"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, keys)
        known = {key for (key,) in cursor.fetchall()}
    return {event_id for event_id, key in zip(ids, keys, strict=True) if key not in known}


def append_rows(rows: Sequence[LogRow], *, source: str, recorded_at: datetime) -> None:
    """Store rows whose ids are not in the log, all or (on SQL) none; IntegrityError when one is there after all."""
    connection = connections[router.db_for_write(Interaction)]
    if connection.vendor == "mongodb":
        made = [Interaction(**row._asdict(), source=source, recorded_at=recorded_at) for row in rows]
        Interaction.objects.bulk_create(made, batch_size=MONGODB_BATCH)
        return
    quote, moment = connection.ops.quote_name, connection.ops.adapt_datetimefield_value
    statement = (
        f"INSERT INTO {quote(Interaction._meta.db_table)} ({', '.join(map(quote, COLUMNS))}) "  # noqa: S608 own names
        f"VALUES ({', '.join(['%s'] * len(COLUMNS))})"
    )
    arrival = moment(recorded_at)
    # In order of ids, so that neighbours in the key's index are written together.
    rows = sorted(rows)
    ids, shoppers, products = (_keys(connection, column) for column in _columns(rows))
    values = [
        (key, shopper, row.kind, product, row.value, "", source, moment(row.occurred_at), arrival)
        for row, key, shopper, product in zip(rows, ids, shoppers, products, strict=True)
    ]
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.executemany(statement, values)


def _columns(rows: Sequence[LogRow]) -> tuple[list[uuid.UUID], ...]:
    return [row.id for row in rows], [row.shopper_id for row in rows], [row.product_id for row in rows]


def _keys(connection: BaseDatabaseWrapper, ids: Sequence[uuid.UUID]) -> list[Any]:
    """Return UUIDs as the database stores them."""
    return list(ids) if connection.features.has_native_uuid_field else list(map(attrgetter("hex"), ids))
