"""Overlay: rows of products saved since the index was built, kept beside its memory-mapped tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.content.rows import SparseRows, shortened_rows
from ml.content.terms import find_sorted, tokenize
from ml.serving_index.tables import IndexTables, ServingIndexError


@dataclass(frozen=True, eq=False)
class OverlayEntry:
    """A new or changed product.

    - `vector`: float32 [d], shortened to length 1 when longer;
    - `category_id`: raw id of its category; None or an id unknown to the index: none;
    - `text`: source of its terms;
    - `popularity`, `trending`: in [0, 1].

    None for vector (or an empty one), popularity or trending keeps the base row's value, zero for a new product.
    """

    raw_id: str
    vector: NDArray[np.float32] | None
    category_id: str | None
    text: str
    popularity: float | None = None
    trending: float | None = None

    @cached_property
    def term_counts(self) -> Mapping[str, int]:
        """Terms of the text and their counts, cached because an entry enters several overlays."""
        return Counter(tokenize(self.text))


@dataclass(frozen=True, eq=False)
class Overlay:
    """m rows over n_base items.

    - `items`: int32 [m], ascending, the item of each row; one below n_base replaces the base row;
    - `new_items`: raw id -> item of the new ones, in item order;
    - `vectors`: float32 [m, d], length at most 1; `popularity`, `trending`: float32 [m];
    - `categories`: int32 [m], -1 none; `term_rows`: m rows over the index's terms.
    """

    items: NDArray[np.int32]
    new_items: Mapping[str, int]
    vectors: NDArray[np.float32]
    popularity: NDArray[np.float32]
    trending: NDArray[np.float32]
    categories: NDArray[np.int32]
    term_rows: SparseRows
    raw_ids: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "raw_ids", tuple(self.new_items))

    def __len__(self) -> int:
        return int(self.items.size)

    def places_of(self, items: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
        """Return the overlay row of each of k items, int64 [k], -1 for those it does not contain."""
        if not len(self):
            return np.full(items.shape, -1, np.int64)
        places = np.minimum(np.searchsorted(self.items, items), len(self) - 1)
        return np.where(self.items[places] == items, places, -1).astype(np.int64, copy=False)


def no_overlay() -> Overlay:
    """Return an empty overlay."""
    nothing, numbers = np.zeros(0, np.int32), np.zeros(0, np.float32)
    rows = SparseRows(np.zeros(1, np.int64), nothing, numbers)
    return Overlay(nothing, {}, np.zeros((0, 0), np.float32), numbers, numbers, nothing, rows)


def build_overlay(tables: IndexTables, entries: Iterable[OverlayEntry]) -> Overlay:
    """Return the overlay of the entries, the last one of each raw id. Raise ServingIndexError for an invalid one."""
    latest = {entry.raw_id: entry for entry in entries}
    base = find_sorted(tables.raw_ids, list(latest), tables.id_order)
    new_items = {
        raw_id: tables.n_base + place
        for place, raw_id in enumerate(raw_id for raw_id, item in zip(latest, base, strict=True) if item < 0)
    }
    items = np.array([new_items.get(raw_id, item) for raw_id, item in zip(latest, base, strict=True)], np.int32)
    order = np.argsort(items)
    items, ordered = items[order], [list(latest.values())[place] for place in order]
    vectors = [_vector(entry, item, tables) for entry, item in zip(ordered, items.tolist(), strict=True)]
    return Overlay(
        items,
        new_items,
        shortened_rows(np.array(vectors, np.float32).reshape(len(ordered), tables.n_dimensions)),
        _numbers([entry.popularity for entry in ordered], tables.popularity, items),
        _numbers([entry.trending for entry in ordered], tables.trending, items),
        find_sorted(tables.category_ids, [entry.category_id or "" for entry in ordered], tables.category_order),
        tables.terms.vectorise_all([entry.term_counts for entry in ordered]),
    )


def _vector(entry: OverlayEntry, item: int, tables: IndexTables) -> NDArray[np.float32]:
    if entry.vector is None or not entry.vector.size:
        return tables.item_vectors[item] if item < tables.n_base else np.zeros(tables.n_dimensions, np.float32)
    if entry.vector.shape != (tables.n_dimensions,) or not np.isfinite(entry.vector).all():
        raise ServingIndexError(
            f"the vector of {entry.raw_id} is {entry.vector.shape}, expected {(tables.n_dimensions,)} and finite"
        )
    return entry.vector


def _numbers(
    given: Sequence[float | None], column: NDArray[np.float32], items: NDArray[np.int32]
) -> NDArray[np.float32]:
    """Return the numbers given, or the base row's where None, clipped to [0, 1]."""
    kept = [float(column[item]) if item < column.size else 0.0 for item in items.tolist()]
    chosen = [old if new is None else new for old, new in zip(kept, given, strict=True)]
    return np.clip(np.nan_to_num(np.array(chosen, np.float32), nan=0.0), 0.0, 1.0)
