"""Data being imported, wherever it lies: an open file or a database, its records, and how far it has been read."""

from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Protocol, Self

from ml.datasets.base import DatasetReader
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, DatasetError, InteractionRecord, ProductRecord, RowError
from ml.datasets.registry import contents_of


class Dataset(Protocol):
    """Use it in a `with` statement.

    place: how messages name it, never with a password. contents: what it holds. `size` and how much of it has been
    read, `position`, are in one unit, so that their ratio is the progress.
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
        """What to tell a person when it has no rows at all."""

    @property
    def needs_check(self) -> bool:
        """Whether check_complete has anything to read."""

    def check_complete(self, on_progress: Callable[[int], None] | None = None) -> None:
        """Read through what may turn out broken, so that it is refused before work starts; raises DatasetError."""

    def products(self) -> Iterator[ProductRecord | RowError]:
        """Yield the products."""

    def interactions(self) -> Iterator[InteractionRecord | RowError]:
        """Yield the interactions."""


class DatasetFile:
    """A file, plain or gzipped, read by the reader of its format."""

    nothing_there: ClassVar[str] = "the file holds a header and no rows: export it again"

    def __init__(self, path: Path, reader: DatasetReader) -> None:
        """Open the file; DatasetError when it cannot be read or is of another format."""
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


def file_in(folder: Path, reader: DatasetReader, wanted: Contents) -> Path:
    """Return the one file of the folder that holds what is wanted in the reader's format.

    DatasetError when there is none, or more than one: which of them is meant, nobody knows.
    """
    fitting = [path for path in sorted(folder.iterdir()) if path.is_file() and _holds(path, reader, wanted)]
    if len(fitting) == 1:
        return fitting[0]
    what = str(wanted.name).lower()
    if fitting:
        names = ", ".join(path.name for path in fitting)
        raise DatasetError(folder, f"this folder has several files with {reader.name} {what} ({names}): name one")
    raise DatasetError(folder, f"no file in this folder holds {reader.name} {what}: name a file")


def _holds(path: Path, reader: DatasetReader, wanted: Contents) -> bool:
    try:
        with LineSource(path) as source:
            return wanted in reader.recognise(source.sample)
    except DatasetError:
        return False
