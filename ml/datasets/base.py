"""Base class of the readers of data formats."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import ClassVar

from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, InteractionRecord, ProductRecord, RowError


class DatasetReader(ABC):
    """Reader of the files of one format, without state between calls.

    - `name`: the value of `--format`; `summary`: one line for `--help`;
    - `expects`: description of its files, for error messages;
    - `has_rating_totals`: whether products carry number and mean of their ratings. Interactions are then part of these
      totals and must not be counted again.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    expects: ClassVar[str]
    has_rating_totals: ClassVar[bool]

    @abstractmethod
    def recognise(self, sample: Sequence[str]) -> Contents:
        """Return the contents of a file from its first lines; NOTHING for another format."""

    @abstractmethod
    def products(self, source: LineSource) -> Iterator[ProductRecord | RowError]:
        """Yield the products of a file in its order, with repetitions."""

    @abstractmethod
    def interactions(self, source: LineSource) -> Iterator[InteractionRecord | RowError]:
        """Yield the interactions of a file in its order, with repetitions."""
