"""Registry of data formats. To add one, write a file and add a line here."""

from ml.datasets.amazon_reviews_2018 import AmazonReviews2018
from ml.datasets.amazon_reviews_2023 import AmazonReviews2023
from ml.datasets.amazon_sales import AmazonSales
from ml.datasets.base import DatasetReader
from ml.datasets.field_values import shown
from ml.datasets.line_source import LineSource
from ml.datasets.magento import Magento
from ml.datasets.ratings_csv import RatingsCsv
from ml.datasets.records import Contents, DatasetError

_READERS: tuple[DatasetReader, ...] = (
    AmazonSales(),
    AmazonReviews2018(),
    AmazonReviews2023(),
    RatingsCsv(),
    Magento(),
)


def format_names() -> tuple[str, ...]:
    """Return the registered names, in the order of the table."""
    return tuple(reader.name for reader in _READERS)


def reader_for(name: str) -> DatasetReader:
    """Return the reader of a format. Raise KeyError for an unknown name."""
    return {reader.name: reader for reader in _READERS}[name]


def contents_of(source: LineSource, reader: DatasetReader) -> Contents:
    """Return the contents of the file in the reader's format.

    Raise DatasetError for another format, with what was expected, what was found, and the format that fits.
    """
    contents = reader.recognise(source.sample)
    if contents:
        return contents
    candidates = [other.name for other in _READERS if other.recognise(source.sample)]
    advice = f"try --format {' or '.join(candidates)}" if candidates else "no known format fits: check the file"
    start = shown(next((line for line in source.sample if line.strip()), ""), longest=100)
    raise DatasetError(
        source.path, f"this is not {reader.name}: expected {reader.expects}; found {start}; {advice}", line=1
    )
