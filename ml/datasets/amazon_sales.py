"""amazon-sales: the 16-column CSV of Amazon India sales; one row per product with its reviewers joined by commas."""

import csv
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar

from ml.datasets import field_values
from ml.datasets.base import DatasetReader
from ml.datasets.csv_rows import csv_records
from ml.datasets.field_values import FieldError, value_or_note
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, InteractionRecord, ProductRecord, RowError
from ml.datasets.text_cleaning import clean_line, clean_paragraphs, web_address

COLUMNS = (
    "product_id",
    "product_name",
    "category",
    "discounted_price",
    "actual_price",
    "rating",
    "rating_count",
    "about_product",
    "user_id",
    "img_link",
)
CURRENCY = "INR"
# "USBtoUSBAdapters" -> "USB to USB Adapters", "HomeTheater,TV&Video" -> "Home Theater, TV & Video"; VoIP is one word.
_WORD_START = re.compile(r"(?<=[a-z])(?<!Vo)(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])(?!.to[A-Z])|(?<=[A-Z])(?=to[A-Z])")


class AmazonSales(DatasetReader):
    """Products with mean rating and number of ratings; each reviewer in a row rated its product."""

    name: ClassVar[str] = "amazon-sales"
    summary: ClassVar[str] = "CSV of Amazon India products with prices in rupees and their reviewers"
    expects: ClassVar[str] = f"a CSV header with {', '.join(COLUMNS)}"
    has_rating_totals: ClassVar[bool] = True

    def recognise(self, sample: Sequence[str]) -> Contents:
        header = {cell.strip() for row in csv.reader(sample[:1]) for cell in row}
        return Contents.PRODUCTS | Contents.INTERACTIONS if header.issuperset(COLUMNS) else Contents.NOTHING

    def products(self, source: LineSource) -> Iterator[ProductRecord | RowError]:
        yield from csv_records(source, COLUMNS, lambda line, cells: [_product(line, cells)], id_column="product_id")

    def interactions(self, source: LineSource) -> Iterator[InteractionRecord | RowError]:
        """Yield one interaction per reviewer of a row, with the product's mean stars and without a time."""
        yield from csv_records(source, COLUMNS, _interactions, id_column="product_id")


def _interactions(line: int, cells: dict[str, str]) -> list[InteractionRecord]:
    item = field_values.raw_id(cells["product_id"], "product_id")
    mean_stars = field_values.stars(cells["rating"], "rating")
    reviewers = [user.strip() for user in cells["user_id"].split(",") if user.strip()]
    users = [field_values.raw_id(user, "user_id") for user in dict.fromkeys(reviewers)]
    return [InteractionRecord(user, item, mean_stars, None, "rate", line) for user in users]


def _product(line: int, cells: dict[str, str]) -> ProductRecord:
    title = clean_line(cells["product_name"], longest=500)
    if not title:
        raise FieldError("product_name is missing")
    path = tuple(readable_category(name) for name in cells["category"].split("|") if name.strip())
    notes: list[str] = []
    return ProductRecord(
        external_id=field_values.raw_id(cells["product_id"], "product_id"),
        title=title,
        description=clean_paragraphs(cells["about_product"].split("|")),
        brand=first_word(title),
        category_path=path,
        keywords=tuple(dict.fromkeys(reversed(path))),
        currency=CURRENCY,
        image_url=web_address(cells["img_link"]),
        price=value_or_note(_rupees, cells["discounted_price"], "discounted_price", notes),
        list_price=value_or_note(_rupees, cells["actual_price"], "actual_price", notes),
        rating=value_or_note(field_values.stars, cells["rating"], "rating", notes),
        rating_count=value_or_note(field_values.count, cells["rating_count"], "rating_count", notes),
        notes=tuple(notes),
        line=line,
    )


def _rupees(cell: str, column: str) -> Decimal | None:
    price = field_values.price(cell, column, currency=CURRENCY)
    return price.amount if price else None


def readable_category(name: str) -> str:
    """Return a category's name with the spaces that the file omits."""
    spaced = _WORD_START.sub(" ", name.strip())
    return clean_line(re.sub(r",(?=\S)", ", ", re.sub(r"\s*&\s*", " & ", spaced)), longest=120)


def first_word(title: str) -> str:
    """Return the first word, which is the brand: the file has no column for it."""
    word = title.split()[0].strip("®™©,:;!()[]\"'")
    return word if 2 <= len(word) <= 40 and any(letter.isalpha() for letter in word) else ""
