"""Products saved since a version was built, as index entries to lay over its index: read from the behaviour tables."""

import uuid
from datetime import datetime, timedelta

import numpy as np

from ml.serving_index import OverlayEntry, ServingIndex
from recommendations.models import IndexedProduct

# Rows become visible out of order: look again at this much of what was read.
OVERLAP = timedelta(seconds=30)
# More new products than this are better served by the next training than by rows beside the index.
MOST_ROWS = 20_000


class LaidOver:
    """The entries of one version that this process has read. stamp: the same number wherever the same were read."""

    def __init__(self) -> None:
        self.entries: dict[uuid.UUID, OverlayEntry] = {}
        self.stamp = 0
        self._written: dict[uuid.UUID, datetime] = {}
        self._read_until: datetime | None = None

    def read(self, version: str, base: ServingIndex) -> bool:
        """Take in the entries written since the last time; tell whether there were any. One query."""
        rows = IndexedProduct.objects.filter(model_version=version)
        if self._read_until is not None:
            rows = rows.filter(updated_at__gte=self._read_until - OVERLAP)
        changed = False
        for row in rows.order_by("-updated_at")[:MOST_ROWS]:
            self._read_until = max(self._read_until or row.updated_at, row.updated_at)
            if self._written.get(row.product_id) != row.updated_at:
                self.entries[row.product_id] = overlay_entry(row, base)
                self._written[row.product_id] = row.updated_at
                changed = True
        if changed:
            self.stamp = sum(hash((product_id.int, at.timestamp())) for product_id, at in self._written.items())
        return changed


def overlay_entry(row: IndexedProduct, base: ServingIndex) -> OverlayEntry:
    """Return a stored index entry as what lies over the base; without a vector it keeps the base's."""
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
