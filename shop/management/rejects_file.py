"""The list of rejected rows of an import: a CSV file that opens safely in a spreadsheet."""

import csv
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from django.core.management.base import CommandError

from ml.datasets.records import RowError

HEADER = ("line", "reason", "raw_id")
# A spreadsheet would run a cell that begins so as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class RejectsFile:
    """Created with its first row, so that a clean import leaves none; the file of an earlier run is removed.

    Use it in a `with` statement. Raises CommandError when it cannot be written.
    """

    def __init__(self, path: Path, *, data: Path) -> None:
        """`data` is the file being imported, which must not be overwritten."""
        self.path = path
        self.rows = 0
        self._file: IO[str] | None = None
        if path.is_dir() or (path.exists() and data.exists() and path.samefile(data)):
            raise CommandError(f"{path} cannot take the rejected rows: give --rejects another name.")

    def __enter__(self) -> Self:
        try:
            self.path.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def add(self, row: RowError) -> None:
        """Write one row."""
        try:
            if self._file is None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
                self._file = self.path.open("w", newline="", encoding="utf-8")
                csv.writer(self._file).writerow(HEADER)
            csv.writer(self._file).writerow((row.line, _harmless(row.reason), _harmless(row.raw_id)))
        except OSError as error:
            raise self._unwritable(error) from None
        self.rows += 1

    def _unwritable(self, error: OSError) -> CommandError:
        return CommandError(f"{self.path} cannot be written ({error.strerror}): give --rejects another name.")


def _harmless(cell: str) -> str:
    """Return the cell, after an apostrophe if a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
