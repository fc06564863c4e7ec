"""What a format must say and do to be imported."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, InteractionRecord, ProductRecord, RowError


class DatasetReader(ABC):
    """Reads the files of one format. A reader keeps nothing between calls.

    name: what `--format` takes. summary: one line for people. expects: what its files look like, for error messages.
    has_rating_totals: whether its products carry their number of ratings and mean; its interactions are then part of
    those totals already and must not be counted into them again.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    expects: ClassVar[str]
    has_rating_totals: ClassVar[bool]

    @abstractmethod
    def recognise(self, sample: Sequence[str]) -> Contents:
        """Tell from the first lines of a file what it holds in this format; NOTHING when it is not this format."""

    @abstractmethod
    def products(self, source: LineSource) -> Iterator[ProductRecord | RowError]:
        """Yield the products of a file that holds them, in its order, repetitions included."""

    @abstractmethod
    def interactions(self, source: LineSource) -> Iterator[InteractionRecord | RowError]:
        """Yield the interactions of a file that holds them, in its order, repetitions included."""
