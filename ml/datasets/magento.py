"""magento: CSV dumps of a Magento 2 shop: purchases of simple products by customer and sku, and the product export.

Purchases are a dump of the query PURCHASES in magento_queries.py (see docs/operations.md). The product export is
Magento's own (System, Export, Products). magento_database.py shares the functions that make records.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from ml.datasets import field_values
from ml.datasets.base import DatasetReader
from ml.datasets.csv_rows import csv_objects, csv_records
from ml.datasets.field_values import FieldError, shown, value_or_note
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, GuestRow, InteractionRecord, ProductRecord, RowError
from ml.datasets.text_cleaning import clean_line, clean_paragraphs, web_address

PURCHASE_COLUMNS = ("customer_id", "sku", "qty_ordered")
PRODUCT_COLUMNS = ("sku", "name")
SIMPLE = "simple"
DISABLED = "2"
MOST_PIECES = Decimal(1_000_000_000)
GUEST = "customer_id is missing: a guest's purchase"
# Empty values in dumps.
_EMPTY = {"", "null", "\\n", "nan", "none"}
# Some programs write customer 17 as 17.0.
_WHOLE = re.compile(r"(\d+)\.0+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?(?:\d{1,3}(?:\.\d{3})+|\d+),\d+")
# Magento writes no space after the comma between two categories; commas in names usually have one.
_BETWEEN_CATEGORIES = re.compile(r"\||,(?=\S)")


class Magento(DatasetReader):
    """Purchases, which are no part of rating totals, and products without rating totals."""

    name: ClassVar[str] = "magento"
    summary: ClassVar[str] = "Magento 2: CSV of purchases or of the product export, a folder of both, or mysql://…"
    expects: ClassVar[str] = (
        f"a CSV header with {', '.join(PURCHASE_COLUMNS)} (purchases) or {', '.join(PRODUCT_COLUMNS)} (products)"
    )
    has_rating_totals: ClassVar[bool] = False

    def recognise(self, sample: Sequence[str]) -> Contents:
        header = {cell.strip() for row in csv.reader(sample[:1], delimiter=_delimiter(sample)) for cell in row}
        if header.issuperset(PURCHASE_COLUMNS):
            return Contents.INTERACTIONS
        return Contents.PRODUCTS if header.issuperset(PRODUCT_COLUMNS) else Contents.NOTHING

    def products(self, source: LineSource) -> Iterator[ProductRecord | RowError]:
        """Yield the simple products; skip the translations of store views."""
        delimiter = _delimiter(source.sample)
        yield from csv_records(source, PRODUCT_COLUMNS, _exported_products, id_column="sku", delimiter=delimiter)

    def interactions(self, source: LineSource) -> Iterator[InteractionRecord | RowError]:
        """Yield one purchase per customer and sku; a row without a customer becomes a GuestRow."""
        for row in csv_objects(source, PURCHASE_COLUMNS, delimiter=_delimiter(source.sample)):
            if isinstance(row, RowError):
                yield row
                continue
            line, cells = row
            optional = (cells.get(name) for name in ("row_total", "last_ordered_at"))
            yield purchase(line, *(cells[name] for name in PURCHASE_COLUMNS), *optional)


class ProductValues(NamedTuple):
    """Values of a simple product in Magento; category_paths start below the root category."""

    sku: Any
    name: Any
    description: Any
    price: Any
    image: Any
    is_enabled: bool
    category_paths: Sequence[tuple[str, ...]]
    short_description: Any = None
    keywords: Any = None
    stock: Any = None


def purchase(
    line: int, customer: Any, sku: Any, quantity: Any, row_total: Any = None, last_ordered_at: Any = None
) -> InteractionRecord | RowError:
    """Return the purchase of one row of the dump or of the query, or its error."""
    user = "" if _is_empty(customer) else str(customer).strip()
    user = _WHOLE.sub(r"\1", user) if _WHOLE.fullmatch(user) else user
    item = ""
    try:
        item = text(sku, "sku")
        if user in {"", "0"}:
            return GuestRow(line, GUEST, item[:60])
        pieces = number(quantity, "qty_ordered")
        if not 0 < pieces <= MOST_PIECES:
            raise FieldError(f"qty_ordered {shown(quantity)} is not a number above 0")
        amount = None if _is_empty(row_total) else number(row_total, "row_total")
        if amount is not None and amount < 0:
            raise FieldError(f"row_total {shown(row_total)} is below 0")
        return InteractionRecord(
            field_values.raw_id(user, "customer_id"),
            field_values.raw_id(item, "sku"),
            float(pieces),
            moment(last_ordered_at, "last_ordered_at"),
            "purchase",
            line,
            amount,
        )
    except FieldError as error:
        return RowError(line, str(error), item[:60])


def product(line: int, values: ProductValues) -> ProductRecord:
    """Return the record of a simple product. Raise FieldError without a valid sku or name."""
    sku = field_values.raw_id(text(values.sku, "sku"), "sku")
    title = clean_line(text(values.name, "name"), longest=500)
    if not title:
        raise FieldError("name is missing")
    paths = [path for path in values.category_paths if path]
    main = max(paths, key=len, default=())
    others = [name for path in paths for name in reversed(path)]
    own_words = [clean_line(word, longest=60) for word in text(values.keywords).split(",")]
    notes: list[str] = []
    price = value_or_note(_price, values.price, "price", notes)
    stock = value_or_note(_pieces, values.stock, "qty", notes)
    return ProductRecord(
        external_id=sku,
        title=title,
        description=clean_paragraphs(text(values.short_description), text(values.description)),
        category_path=main,
        keywords=tuple(dict.fromkeys(word for word in (*reversed(main), *others, *own_words) if word)),
        price=price,
        image_url=web_address(text(values.image)),
        stock=stock,
        is_published=values.is_enabled,
        notes=tuple(notes),
        line=line,
    )


def text(value: Any, field: str = "a cell") -> str:
    """Return a cell as text, empty for NULL. Raise FieldError for bytes that are not UTF-8."""
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            raise FieldError(f"{field} holds bytes that are not UTF-8 text ({value[:20].hex()})") from None
    return "" if value is None else str(value)


def number(value: Any, field: str) -> Decimal:
    """Return a number, written with thousands commas ("1,234.50") or a decimal comma ("1.234,50", "2,0000").

    One comma before exactly three digits separates thousands. Raise FieldError for anything else.
    """
    if isinstance(value, Decimal | int | float) and Decimal(value).is_finite():
        return Decimal(value)
    written = text(value).strip()[:60]
    if _NUMBER.fullmatch(written):
        return Decimal(written)
    if _THOUSANDS.fullmatch(written):
        return Decimal(written.replace(",", ""))
    if _DECIMAL_COMMA.fullmatch(written):
        return Decimal(written.replace(".", "").replace(",", "."))
    raise FieldError(f"{field} is missing" if not written else f"{field} {shown(value)} is not a number")


def moment(value: Any, field: str) -> float | None:
    """Return Unix seconds of a date and time (UTC, as in Magento, without an offset) or of Unix seconds."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).timestamp()
    if _is_empty(value):
        return None
    written = str(value).strip()
    if written.isdecimal():
        return field_values.timestamp(written, field)
    try:
        parsed = datetime.fromisoformat(written)
        seconds = (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        raise FieldError(f"{field} {shown(value)} is not a time such as 2026-05-31 14:05:00") from None
    return field_values.timestamp(seconds, field)


def _exported_products(line: int, cells: dict[str, str]) -> list[ProductRecord]:
    if cells.get("store_view_code", "").strip():
        return []
    kind = cells.get("product_type", "").strip() or SIMPLE
    if kind != SIMPLE:
        raise FieldError(f"product_type {shown(kind)} is not simple: its simple products are taken instead")
    values = ProductValues(
        sku=cells["sku"],
        name=cells["name"],
        description=cells.get("description"),
        price=cells.get("price"),
        image=cells.get("base_image"),
        is_enabled=cells.get("product_online", "").strip() != DISABLED,
        category_paths=exported_paths(cells.get("categories", "")),
        short_description=cells.get("short_description"),
        keywords=cells.get("meta_keywords"),
        stock=cells.get("qty"),
    )
    return [product(line, values)]


def exported_paths(cell: str) -> list[tuple[str, ...]]:
    """Return the category paths of "Default Category/Gear,Default Category/Gear/Bags" without the root category.

    Paths are separated by a comma or "|" (the export's multiple value separator).
    """
    written = _BETWEEN_CATEGORIES.split(cell)
    paths = [tuple(clean_line(name, longest=120) for name in path.split("/")[1:]) for path in written]
    return [tuple(name for name in path if name) for path in paths]


def _price(value: Any, field: str) -> Decimal | None:
    amount = number(value, field)
    if not 0 <= amount <= field_values.DEAREST:
        raise FieldError(f"{field} {shown(value)} is not between 0 and {field_values.DEAREST:,}")
    return amount or None


def _pieces(value: Any, field: str) -> int:
    """Return whole pieces in stock; Magento has negative numbers for backorders."""
    return min(max(int(number(value, field)), 0), field_values.MOST_RATINGS)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and value.strip().lower() in _EMPTY)


def _delimiter(sample: Sequence[str]) -> str:
    """Return the delimiter of the header: a tab in output of the mysql client, else a comma."""
    return "\t" if sample and "\t" in sample[0] else ","
