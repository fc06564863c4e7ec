"""Imports of interactions of another system, chunk by chunk."""

import hashlib
import re
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

from django.db import IntegrityError, router, transaction
from django.db.models.functions import Lower
from django.utils import timezone

from accounts.models import User
from ml.datasets.records import GuestRow, InteractionRecord, RowError
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.bulk_log import LogRow, append_rows, known_ids
from shop.catalogue.models import Product
from shop.opinions.rating_totals import RatingTotal, add_rating_totals

EVENT_NAMESPACE = uuid.UUID("b3b0a0c4-5f5e-5d0f-8a0b-6d7c1b7d9e42")
MOST_REMEMBERED_ITEMS = 500_000
ATTEMPTS = 3
LEAST_ROWS, MOST_ROWS = 500, 20_000
CHUNK_SHARE = 0.03
_SHOPPER_NAMESPACE = uuid.UUID("6d0c9a53-4f0e-5c7b-9a50-2f1c8f4f3a11")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


@dataclass
class InteractionImportSummary:
    """The result of an import, or of its dry run, in interactions.

    `of_unknown_products` and `of_guests` are parts of `rejected`. `amount`: the money of all purchases of known
    products that were read, new or not; None without such amounts.
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
    """Ignore a report."""


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
    """Append interactions that are not in the log yet; a second run, or one after a stop, adds only the missing ones.

    - `records`: items are looked up by the products' external ids, and unknown ones rejected. Interactions without a
      time get the moment of the import.
    - `source`: the name of the format; with user, item, time and kind it makes the event's id.
    - `count_into_totals`: add the stars of new ratings to the sums of their products.
    - `on_reject`: receives each rejected row.
    - `on_progress`: receives the number of interactions read, after each chunk.
    - `fraction_read`: returns the share of the file that was read, 0 to 1. A chunk ends when it has grown by
      CHUNK_SHARE, so that progress stays close to what is stored.

    Each chunk of at most MOST_ROWS is stored as a whole or not at all. On MongoDB, which cannot roll back, an
    interrupted chunk may be stored in part and without its stars; the next run adds the rest. Memory does not grow with
    the file, except in a dry run, which keeps the ids it would have written.
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
        """Write the new interactions of one chunk; start again when another import writes the same ones meanwhile."""
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
        """Return interactions of known products by event id; of two with the same id the first counts."""
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
        """Cache the product ids of external ids, and the unknown external ids."""
        if len(self._products) + len(self._unknown) > MOST_REMEMBERED_ITEMS:
            self._products.clear()
            self._unknown.clear()
        missing = items.difference(self._products, self._unknown)
        for product_id, external_id in Product.objects.filter(external_id__in=missing).values_list("pk", "external_id"):
            self._products[external_id or ""] = product_id.hex
        self._unknown |= missing.difference(self._products)

    def _append(self, rows: dict[str, LogRow]) -> int:
        """Write the rows that the log lacks and their stars, both or neither; return the number of rows."""
        with ExitStack() as transactions:
            # The log inside the shop: when the log refuses, the stars are rolled back too.
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
        # Only every LEAST_ROWS rows: a call costs as much as reading a row.
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
    """Return the stars of the ratings among the rows, by product id."""
    stars: defaultdict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.kind == Kind.RATE and row.product_id is not None and row.value is not None:
            stars[row.product_id].append(row.value)
    return {uuid.UUID(key): RatingTotal(sum(values), len(values)) for key, values in stars.items()}


def imported_shopper_id(raw_id: str) -> uuid.UUID:
    """Return the shopper id of one raw user id; see imported_shopper_ids."""
    return imported_shopper_ids([raw_id])[raw_id]


def imported_shopper_ids(raw_ids: Collection[str]) -> dict[str, uuid.UUID]:
    """Return the shopper ids of raw user ids, in at most one query.

    The e-mail address of an account gives the account's id, and a UUID gives itself (an account's or a visitor's id).
    Any other text always gives the same made-up id.
    """
    addresses = {raw_id.lower() for raw_id in raw_ids if "@" in raw_id}
    accounts: dict[str, uuid.UUID] = {}
    if addresses:
        known = User.objects.annotate(address=Lower("email")).filter(address__in=addresses)
        accounts = dict(known.values_list("address", "pk"))
    return {raw_id: accounts.get(raw_id.lower()) or _made_up(raw_id) for raw_id in raw_ids}


def _made_up(raw_id: str) -> uuid.UUID:
    return uuid.UUID(raw_id) if _UUID.fullmatch(raw_id) else uuid.uuid5(_SHOPPER_NAMESPACE, raw_id)
