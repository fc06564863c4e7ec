"""Open data sets: a file or a database, its records and the progress of reading."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Protocol, Self

from ml.datasets.base import DatasetReader
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, DatasetError, InteractionRecord, ProductRecord, RowError
from ml.datasets.registry import contents_of


class Dataset(Protocol):
    """Protocol of an open data set, for a `with` statement.

    - `place`: its name in messages, without a password; `contents`: the kinds of records it holds;
    - `size`, `position`: total and amount read, in the same unit, so that their ratio is the progress.
    """

    @property
    def place(self) -> str: ...

    @property
    def contents(self) -> Contents: ...

    @property
    def size(self) -> int: ...

    @property
    def position(self) -> int: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    @property
    def nothing_there(self) -> str:
        """Message for a data set without rows."""

    @property
    def needs_check(self) -> bool:
        """Whether `check_complete` reads anything."""

    def check_complete(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Read the data once and raise DatasetError if it is damaged, before work starts."""

    def products(self) -> Iterator[ProductRecord | RowError]:
        """Yield the products."""

    def interactions(self) -> Iterator[InteractionRecord | RowError]:
        """Yield the interactions."""


class DatasetFile:
    """Plain or gzipped file, read by the reader of its format."""

    nothing_there: ClassVar[str] = "the file holds a header and no rows: export it again"

    def __init__(self, path: Path, reader: DatasetReader) -> None:
        """Open the file. Raise DatasetError when it cannot be read or has another format."""
        self._source = LineSource(path)
        self._reader = reader
        self.place = str(path)
        try:
            self.contents = contents_of(self._source, reader)
        except BaseException:
            self._source.__exit__(None, None, None)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._source.__exit__(kind, error, trace)

    @property
    def size(self) -> int:
        """Bytes of the file on disk."""
        return self._source.size

    @property
    def position(self) -> int:
        """Bytes read from disk so far."""
        return self._source.position

    @property
    def needs_check(self) -> bool:
        return self._source.is_gzipped

    def check_complete(self, on_progress: Callable[[int], None] | None = None) -> None:
        self._source.check_complete(on_progress)

    def products(self) -> Iterator[ProductRecord | RowError]:
        return self._reader.products(self._source)

    def interactions(self) -> Iterator[InteractionRecord | RowError]:
        return self._reader.interactions(self._source)


def file_in(folder: Path, reader: DatasetReader, requested: Contents) -> Path:
    """Return the only file of the folder with the requested contents in the reader's format.

    Raise DatasetError when there is none or more than one.
    """
    matches = [path for path in sorted(folder.iterdir()) if path.is_file() and _holds(path, reader, requested)]
    if len(matches) == 1:
        return matches[0]
    what = str(requested.name).lower()
    if matches:
        names = ", ".join(path.name for path in matches)
        raise DatasetError(folder, f"this folder has several files with {reader.name} {what} ({names}): name one")
    raise DatasetError(folder, f"no file in this folder holds {reader.name} {what}: name a file")


def _holds(path: Path, reader: DatasetReader, requested: Contents) -> bool:
    try:
        with LineSource(path) as source:
            return requested in reader.recognise(source.sample)
    except DatasetError:
        return False
