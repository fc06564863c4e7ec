"""ratings-csv: UserID, ProductID, Rating and optionally Unix seconds, separated by commas, with or without a header."""

import csv
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import ClassVar

from ml.datasets import field_values
from ml.datasets.base import DatasetReader
from ml.datasets.csv_rows import csv_rows, refuse_repeated_names
from ml.datasets.field_values import FieldError
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, InteractionRecord, ProductRecord, RowError

USER, ITEM, RATING, TIMESTAMP = "UserID", "ProductID", "Rating", "Timestamp"
_NAMES = {
    "userid": USER,
    "user": USER,
    "reviewerid": USER,
    "productid": ITEM,
    "itemid": ITEM,
    "item": ITEM,
    "product": ITEM,
    "asin": ITEM,
    "parentasin": ITEM,
    "movieid": ITEM,
    "rating": RATING,
    "stars": RATING,
    "timestamp": TIMESTAMP,
    "time": TIMESTAMP,
}
_WITHOUT_HEADER = (USER, ITEM, RATING, TIMESTAMP)


class RatingsCsv(DatasetReader):
    """Interactions only; products have nothing but an id."""

    name: ClassVar[str] = "ratings-csv"
    summary: ClassVar[str] = "CSV of UserID, ProductID, Rating and, if known, Timestamp (Unix seconds)"
    expects: ClassVar[str] = "a CSV header UserID,ProductID,Rating[,Timestamp], or rows of that order without a header"
    has_rating_totals: ClassVar[bool] = False

    def recognise(self, sample: Sequence[str]) -> Contents:
        cells = next((row for row in csv.reader(sample) if row), [])
        is_known = _is_header(cells) or (3 <= len(cells) <= 4 and _is_number(cells[2]))
        return Contents.INTERACTIONS if is_known else Contents.NOTHING

    def products(self, source: LineSource) -> Iterator[ProductRecord | RowError]:
        """Yield nothing: see bare_products.py."""
        yield from ()

    def interactions(self, source: LineSource) -> Iterator[InteractionRecord | RowError]:
        rows = csv_rows(source)
        first = next(rows)
        if isinstance(first, RowError) or not _is_header(first[1]):
            rows, widths, header = chain([first], rows), (3, 4), list(_WITHOUT_HEADER)
        else:
            header = [_column(name) for name in first[1]]
            widths = (len(header), len(header))
            refuse_repeated_names(source, header)
        columns = {name: position for position, name in enumerate(header)}
        user, item, rating = columns[USER], columns[ITEM], columns[RATING]
        time = columns.get(TIMESTAMP, len(columns))
        for row in rows:
            if isinstance(row, RowError):
                yield row
                continue
            line, cells = row
            try:
                if len(cells) not in widths:
                    raise FieldError(f"{' or '.join(map(str, sorted(set(widths))))} cells expected, {len(cells)} found")
                yield InteractionRecord(
                    field_values.raw_id(cells[user], USER),
                    field_values.raw_id(cells[item], ITEM),
                    field_values.stars(cells[rating], RATING),
                    field_values.timestamp(cells[time].strip(), TIMESTAMP) if time < len(cells) else None,
                    "rate",
                    line,
                )
            except FieldError as error:
                yield RowError(line, str(error), (cells[item] if item < len(cells) else "")[:60])


def _column(name: str) -> str:
    return _NAMES.get(name.strip().lower().replace("_", "").replace(" ", ""), name)


def _is_header(cells: Sequence[str]) -> bool:
    return {USER, ITEM, RATING} <= {_column(cell) for cell in cells} <= set(_WITHOUT_HEADER)


def _is_number(cell: str) -> bool:
    try:
        field_values.stars(cell, RATING)
    except FieldError:
        return False
    return True
