"""Overlay of an index: entries of products saved since the version was built, read from the behaviour tables.

Every process holds the same entries, the 20,000 written last, however long it has run. New ones are found by the
writers' clocks twice a second. Those of a slow clock, and deleted ones, are found by comparing all once a minute.
"""

import logging
import time
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np

from ml.serving_index import OverlayEntry, ServingIndex
from recommendations.serving.models import IndexedProduct

# Rows become visible out of order: look again at this much of what was read.
OVERLAP = timedelta(seconds=30)
# More new products than this, some 50 MB, are better served by the next training than by rows beside the index.
MOST_ROWS = 20_000
SECONDS_BETWEEN_COMPARISONS = 60.0
ROWS_PER_QUERY = 500

logger = logging.getLogger(__name__)


class Overlay:
    """The entries of one version that this process has read; `stamp` is equal wherever the same were read."""

    def __init__(self) -> None:
        self.entries: dict[uuid.UUID, OverlayEntry] = {}
        self.stamp = 0
        self._written: dict[uuid.UUID, datetime] = {}
        self._read_until: datetime | None = None
        self._compare_at = self._changed_at = 0.0
        self._is_full = False

    def read(self, version: str, base: ServingIndex) -> bool:
        """Read the entries written since the last time and tell whether there were any.

        One query, and one more for each 500 entries.
        """
        rows = IndexedProduct.objects.filter(model_version=version).order_by("-updated_at", "product_id")
        newest, is_comparing = rows, self._read_until is None or time.monotonic() >= self._compare_at
        if is_comparing:
            self._compare_at = time.monotonic() + SECONDS_BETWEEN_COMPARISONS
        elif self._read_until is not None:
            # Once nothing came for that long only newer rows can, so thousands written at once are not read for ever.
            is_quiet = time.monotonic() >= self._changed_at + OVERLAP.total_seconds()
            newest = rows.filter(updated_at__gte=self._read_until - (timedelta(0) if is_quiet else OVERLAP))
        written = dict(newest.values_list("product_id", "updated_at")[:MOST_ROWS])
        gone = self._written.keys() - written.keys() if is_comparing else set[uuid.UUID]()
        changed = [product_id for product_id, at in written.items() if self._written.get(product_id) != at]
        for start in range(0, len(changed), ROWS_PER_QUERY):
            for row in rows.filter(product_id__in=changed[start : start + ROWS_PER_QUERY]):
                self.entries[row.product_id] = overlay_entry(row, base)
                self._written[row.product_id] = row.updated_at
        self._read_until = max((at for at in (self._read_until, *written.values()) if at is not None), default=None)
        self._forget([*gone, *self._beyond_the_newest(gone)])
        if changed or gone:
            self._changed_at = time.monotonic()
            self.stamp = sum(hash((product_id.int, at.timestamp())) for product_id, at in self._written.items())
            self._say_when_full(version)
        return bool(changed or gone)

    def _beyond_the_newest(self, gone: set[uuid.UUID]) -> list[uuid.UUID]:
        """Return the entries that are older than the 20,000 a process that starts now would read."""
        kept = self._written.keys() - gone
        if len(kept) <= MOST_ROWS:
            return []
        newest_first = sorted(kept, key=lambda product_id: (-self._written[product_id].timestamp(), product_id.hex))
        return newest_first[MOST_ROWS:]

    def _forget(self, product_ids: Sequence[uuid.UUID]) -> None:
        for product_id in product_ids:
            self.entries.pop(product_id, None)
            self._written.pop(product_id, None)

    def _say_when_full(self, version: str) -> None:
        is_full = len(self._written) >= MOST_ROWS
        if is_full and not self._is_full:
            logger.warning(
                "At least %d products were saved since model version %s was built: the newest %d are in its "
                "overlay, the others wait for the next training, which is due.",
                *(len(self._written), version, MOST_ROWS),
            )
        self._is_full = is_full


def overlay_entry(row: IndexedProduct, base: ServingIndex) -> OverlayEntry:
    """Return a stored row as an entry of the overlay; without a vector it keeps that of the base."""
    raw_id = row.product_id.hex
    vector = np.frombuffer(row.vector, dtype="<f4")
    if not vector.size and (item := base.index_of(raw_id)) is not None:
        vector = base.item_vectors[item]
    return OverlayEntry(
        raw_id=raw_id,
        vector=vector,
        category_id=row.entry.get("category"),
        text=row.entry.get("text", ""),
        popularity=row.entry.get("popularity"),
    )
