"""All formats by name. Adding one is a file and a line here."""

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
    """Return the reader of a format; raises KeyError for an unknown name."""
    return {reader.name: reader for reader in _READERS}[name]


def contents_of(source: LineSource, reader: DatasetReader) -> Contents:
    """Return what the file holds in the reader's format.

    DatasetError when it is not that format: it says what was expected, what was found, and which format fits.
    """
    found = reader.recognise(source.sample)
    if found:
        return found
    fitting = [other.name for other in _READERS if other.recognise(source.sample)]
    advice = f"try --format {' or '.join(fitting)}" if fitting else "no known format fits: check the file"
    start = shown(next((line for line in source.sample if line.strip()), ""), longest=100)
    raise DatasetError(
        source.path, f"this is not {reader.name}: expected {reader.expects}; found {start}; {advice}", line=1
    )
