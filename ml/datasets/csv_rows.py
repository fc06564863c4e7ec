"""CSV rows with the physical line on which each starts; quoted fields may span several lines."""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from ml.datasets.field_values import FieldError
from ml.datasets.line_source import LineSource
from ml.datasets.records import DatasetError, RowError

Record = TypeVar("Record")


def csv_rows(source: LineSource, *, delimiter: str = ",") -> Iterator[tuple[int, list[str]] | RowError]:
    """Yield (first physical line, cells) for every row; skip blank lines.

    A row with a line or a field that is too long, or bytes that are not UTF-8, becomes a RowError.
    """
    rows = csv.reader(_Lines(source), delimiter=delimiter)
    while True:
        first = source.line_number + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except UnreadableLine as refused:
            yield RowError(first, refused.error.reason)
        except csv.Error:
            yield RowError(
                first,
                f"a field is longer than {csv.field_size_limit():,} characters up to line {source.line_number}: "
                "is a quote left open?",
            )
        else:
            if cells:
                yield first, cells


def csv_objects(
    source: LineSource, needed: Sequence[str], *, delimiter: str = ","
) -> Iterator[tuple[int, dict[str, str]] | RowError]:
    """Yield (first physical line, {column: cell}) by the names in the header.

    Raise DatasetError for a missing column or a repeated name. A row with more or fewer cells becomes a RowError.
    """
    rows = csv_rows(source, delimiter=delimiter)
    first = next(rows, None)
    if first is None or isinstance(first, RowError):
        raise DatasetError(source.path, f"the header cannot be read: {first.reason if first else 'no rows'}", line=1)
    header = [name.strip() for name in first[1]]
    refuse_repeated_names(source, header)
    if missing := [name for name in needed if name not in header]:
        raise DatasetError(source.path, f"the header lacks {', '.join(missing)}", line=first[0])
    for row in rows:
        if isinstance(row, RowError):
            yield row
        elif len(row[1]) != len(header):
            yield RowError(row[0], f"{len(header)} cells expected, {len(row[1])} found", row[1][0][:60])
        else:
            yield row[0], dict(zip(header, row[1], strict=True))


def csv_records(
    source: LineSource,
    needed: Sequence[str],
    build: Callable[[int, dict[str, str]], Iterable[Record]],
    *,
    id_column: str,
    delimiter: str = ",",
) -> Iterator[Record | RowError]:
    """Yield the records of `build(line, cells)` for every row, or a RowError with the id when it raises FieldError."""
    for row in csv_objects(source, needed, delimiter=delimiter):
        if isinstance(row, RowError):
            yield row
            continue
        try:
            yield from build(*row)
        except FieldError as error:
            yield RowError(row[0], str(error), row[1][id_column][:60])


def refuse_repeated_names(source: LineSource, header: Sequence[str]) -> None:
    """Raise DatasetError when two columns have the same name."""
    if twice := sorted({name for name in header if header.count(name) > 1}):
        raise DatasetError(
            source.path, f"the header names {', '.join(twice)} twice: rename or remove one", line=source.line_number
        )


class UnreadableLine(Exception):
    """Carries a RowError through the csv module, which then continues with the next line."""

    def __init__(self, error: RowError) -> None:
        self.error = error
        super().__init__(error.reason)


class _Lines:
    """Iterator over the source's lines for the csv module."""

    def __init__(self, source: LineSource) -> None:
        self._lines = source.lines()

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if isinstance(line, RowError):
            raise UnreadableLine(line)
        return line
