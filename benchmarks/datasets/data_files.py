"""Data files in any format of `ml.datasets`, as interactions with stars for weights, and the products they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, DatasetError, InteractionRecord, ProductRecord, RowError
from ml.datasets.registry import contents_of, reader_for
from ml.interactions import Interactions
from ml.vocabulary import Vocabulary

Progress = Callable[[float, str], None]
ROWS_BETWEEN_REPORTS = 1000


@dataclass(frozen=True, eq=False)
class DataFile:
    """Content of files of one format.

    - interactions: one row per pair of user and item, the latest, weighted by its stars (1 where the file gives none);
      timestamps only when every row has one.
    - is_rated: bool [n], False where the file gives no stars.
    - items: also products without interactions.
    - rejected: number of rows that could not be read.
    """

    name: str
    interactions: Interactions
    is_rated: NDArray[np.bool_]
    users: Vocabulary
    items: Vocabulary
    products: dict[str, ProductRecord]
    rejected: int


def read_data_files(paths: Sequence[Path], format_name: str, on_progress: Progress | None = None) -> DataFile:
    """Read files of one format; raises DatasetError, also when they hold no interactions."""
    records: dict[tuple[str, str], InteractionRecord] = {}
    products: dict[str, ProductRecord] = {}
    rejected = 0
    for number, path in enumerate(paths):
        for row, (share, record) in enumerate(_rows(path, format_name)):
            if on_progress and row % ROWS_BETWEEN_REPORTS == 0:
                on_progress((number + share) / len(paths), f"reading {path.name}")
            if isinstance(record, RowError):
                rejected += 1
            elif isinstance(record, ProductRecord):
                products.setdefault(record.external_id, record)
            elif _is_later(record, records.get((record.user, record.item))):
                records[record.user, record.item] = record
    if not records:
        raise DatasetError(paths[0], "the files hold no interactions: name a file of reviews or ratings too")
    return _assembled(paths[0], list(records.values()), products, rejected)


def _rows(path: Path, format_name: str) -> Iterator[tuple[float, ProductRecord | InteractionRecord | RowError]]:
    """Yield all products, then all interactions, of a file, each with the share of the file that has been read."""
    reader = reader_for(format_name)
    with LineSource(path) as source:
        contents = contents_of(source, reader)
        source.check_complete()
    is_both = contents == Contents.PRODUCTS | Contents.INTERACTIONS
    if Contents.PRODUCTS in contents:
        with LineSource(path) as source:
            for product in reader.products(source):
                yield source.position / source.size / (1 + is_both), product
    if Contents.INTERACTIONS in contents:
        with LineSource(path) as source:
            for record in reader.interactions(source):
                yield (source.position / source.size + is_both) / (1 + is_both), record


def _is_later(record: InteractionRecord, known: InteractionRecord | None) -> bool:
    return known is None or (record.timestamp or 0.0) >= (known.timestamp or 0.0)


def _stars(record: InteractionRecord) -> float | None:
    """Return the stars; records of other kinds have a number of pieces in their place."""
    return record.rating if record.kind == "rate" else None


def _assembled(
    path: Path, records: list[InteractionRecord], products: dict[str, ProductRecord], rejected: int
) -> DataFile:
    users = Vocabulary().extended(record.user for record in records)
    items = Vocabulary().extended(record.item for record in records).extended(products)
    times = [record.timestamp for record in records]
    interactions = Interactions.from_raw(
        [record.user for record in records],
        [record.item for record in records],
        weights=np.array([_stars(record) or 1.0 for record in records], np.float32),
        timestamps=None if None in times else np.array(times, np.float64),
        user_vocabulary=users,
        item_vocabulary=items,
    )
    is_rated = np.array([_stars(record) is not None for record in records])
    name = path.name.removesuffix(".gz").partition(".")[0]
    return DataFile(name, interactions, is_rated, users, items, products, rejected)
