"""Bring interactions of another system into the log, chunk by chunk."""

import hashlib
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from django.db import IntegrityError, router, transaction
from django.utils import timezone

from ml.datasets.records import GuestRow, InteractionRecord, RowError
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.bulk_log import LogRow, append_rows, known_ids
from recommendations.behaviour.services.imported_shoppers import imported_shopper_ids
from shop.catalogue.models import Product
from shop.opinions.rating_totals import RatingTotal, add_rating_totals

EVENT_NAMESPACE = uuid.UUID("b3b0a0c4-5f5e-5d0f-8a0b-6d7c1b7d9e42")
MOST_REMEMBERED_ITEMS = 500_000
ATTEMPTS = 3
LEAST_ROWS, MOST_ROWS = 500, 20_000
CHUNK_SHARE = 0.03


@dataclass
class InteractionImportSummary:
    """What an import did (or, in a dry run, would do), in interactions.

    of_unknown_products and of_guests are parts of rejected. amount: the money of the purchases that were read and whose
    products are known, new or not; None without purchases that say it.
    """

    read: int = 0
    created: int = 0
    already_there: int = 0
    rejected: int = 0
    of_unknown_products: int = 0
    of_guests: int = 0
    amount: Decimal | None = None
    seconds: float = 0.0


def ignore(_: object) -> None:
    """Do nothing with what is reported."""


def import_interactions(
    records: Iterable[InteractionRecord | RowError],
    *,
    source: str,
    count_into_totals: bool,
    dry_run: bool = False,
    on_reject: Callable[[RowError], None] = ignore,
    on_progress: Callable[[int], None] = ignore,
    fraction_read: Callable[[], float] = float,
) -> InteractionImportSummary:
    """Append interactions that are not in the log yet; a second run, or one after a stop, adds only what is missing.

    `source` is the format's name: with user, item, time and kind it makes the event's id. Items are looked up by the
    products' external ids; unknown ones are rejected. Interactions without a time get the moment of the import.
    `count_into_totals` adds the stars of new ratings to their products' sums. Each chunk (at most MOST_ROWS) goes in as
    a whole or not at all. (On MongoDB, which cannot roll back, an interrupted one may go in in part and without its
    stars; the next run adds the rest.)

    `on_reject` gets each row that was left out; `on_progress` the number of interactions read, after each chunk.
    `fraction_read` tells how much of the file has been read, 0 to 1: a chunk ends when that has grown by CHUNK_SHARE,
    so that progress stays close to what is stored.
    Memory does not grow with the file, but for a dry run, which keeps the ids of what it would have written.
    """
    started = time.monotonic()
    run = _Import(source=source, count_into_totals=count_into_totals, dry_run=dry_run, on_reject=on_reject)
    for chunk in _chunks(run.accepted(records), fraction_read):
        run.store(chunk)
        on_progress(run.summary.read)
    on_progress(run.summary.read)
    run.summary.seconds = time.monotonic() - started
    return run.summary


@dataclass
class _Import:
    """One run of import_interactions."""

    source: str
    count_into_totals: bool
    dry_run: bool
    on_reject: Callable[[RowError], None]
    summary: InteractionImportSummary = field(default_factory=InteractionImportSummary)
    started_at: datetime = field(default_factory=timezone.now)

    def __post_init__(self) -> None:
        self._products: dict[str, str] = {}
        self._unknown: set[str] = set()
        self._not_written: set[str] = set()

    def accepted(self, records: Iterable[InteractionRecord | RowError]) -> Iterator[InteractionRecord]:
        """Yield the interactions; count and report the other rows."""
        for record in records:
            if isinstance(record, RowError):
                self.reject(record)
            else:
                yield record

    def reject(self, error: RowError) -> None:
        self.summary.read += 1
        self.summary.rejected += 1
        self.summary.of_guests += isinstance(error, GuestRow)
        self.on_reject(error)

    def store(self, chunk: Sequence[InteractionRecord]) -> None:
        """Write what is new of one chunk; again from the start when another import writes the same meanwhile."""
        self._look_up({record.item for record in chunk})
        known = [record for record in chunk if record.item in self._products]
        rows = self._rows(known)
        for attempt in range(1, ATTEMPTS + 1):
            try:
                created = self._append(rows) if rows else 0
                break
            except IntegrityError:
                if attempt == ATTEMPTS:
                    raise
        self.summary.read += len(known)
        self.summary.created += created
        self.summary.already_there += len(known) - created
        if amounts := [record.amount for record in known if record.amount is not None]:
            self.summary.amount = sum(amounts, self.summary.amount or Decimal(0))
        for record in chunk:
            if record.item not in self._products:
                self.summary.of_unknown_products += 1
                self.reject(RowError(record.line, "no product has this id: import the products first", record.item))

    def _rows(self, chunk: Sequence[InteractionRecord]) -> dict[str, LogRow]:
        """Return interactions of known products by event id; the first of two namesakes counts."""
        shoppers = imported_shopper_ids({record.user for record in chunk})
        shopper_keys = {user: shopper_id.hex for user, shopper_id in shoppers.items()}
        rows: dict[str, LogRow] = {}
        for user, item, rating, timestamp, kind, *_ in chunk:
            event_id = event_key(f"{self.source}\x1f{user}\x1f{item}\x1f{timestamp}\x1f{kind}")
            if event_id not in rows:
                moment = self.started_at if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
                rows[event_id] = LogRow(event_id, shopper_keys[user], kind, self._products[item], rating, moment)
        return rows

    def _look_up(self, items: set[str]) -> None:
        """Remember the product ids of external ids, and which of them no product has."""
        if len(self._products) + len(self._unknown) > MOST_REMEMBERED_ITEMS:
            self._products.clear()
            self._unknown.clear()
        wanted = items.difference(self._products, self._unknown)
        for product_id, external_id in Product.objects.filter(external_id__in=wanted).values_list("pk", "external_id"):
            self._products[external_id or ""] = product_id.hex
        self._unknown |= wanted.difference(self._products)

    def _append(self, rows: dict[str, LogRow]) -> int:
        """Write the rows that the log lacks and their stars, both or neither; return how many they were."""
        with ExitStack() as transactions:
            # The log inside the shop: if the log refuses, the stars are not counted either.
            for alias in dict.fromkeys((router.db_for_write(Product), router.db_for_write(Interaction))):
                transactions.enter_context(transaction.atomic(using=alias))
            known = known_ids(rows.keys()) | (self._not_written & rows.keys())
            new = [row for event_id, row in rows.items() if event_id not in known]
            if self.dry_run:
                self._not_written.update(row.id for row in new)
            elif new:
                if self.count_into_totals:
                    add_rating_totals(_totals(new))
                append_rows(new, source=self.source, recorded_at=timezone.now())
        return len(new)


def _chunks(
    records: Iterable[InteractionRecord], fraction_read: Callable[[], float]
) -> Iterator[list[InteractionRecord]]:
    chunk: list[InteractionRecord] = []
    fraction_stored = 0.0
    for record in records:
        chunk.append(record)
        # Asked once in LEAST_ROWS, because asking costs as much as reading a row.
        if len(chunk) % LEAST_ROWS == 0 and (
            len(chunk) >= MOST_ROWS or fraction_read() - fraction_stored >= CHUNK_SHARE
        ):
            yield chunk
            chunk, fraction_stored = [], fraction_read()
    if chunk:
        yield chunk


def event_key(text: str) -> str:
    """Return the 32 hex digits of uuid5(EVENT_NAMESPACE, text), in a third of the time."""
    digest = bytearray(hashlib.sha1(EVENT_NAMESPACE.bytes + text.encode(), usedforsecurity=False).digest()[:16])
    digest[6] = digest[6] & 0x0F | 0x50
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex()


def _totals(rows: Iterable[LogRow]) -> dict[uuid.UUID, RatingTotal]:
    """Return the stars of the ratings among the rows, by product."""
    stars: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.kind == Kind.RATE and row.product_id is not None and row.value is not None:
            stars[row.product_id].append(row.value)
    return {uuid.UUID(key): RatingTotal(sum(values), len(values)) for key, values in stars.items()}
