"""amazon-reviews-2023: JSON lines of the Amazon Reviews 2023 data; reviews and meta files.

Hou, Li, He, Yan, Chen, McAuley: Bridging language and items for retrieval and recommendation, 2024 (arXiv 2403.03952).
The id of a product is its `parent_asin`; the `asin` of a review may be one of its variants.
"""

from typing import Any, ClassVar

from ml.datasets import field_values
from ml.datasets.amazon_reviews_2018 import CURRENCY, AmazonReviews, category_path, dollars
from ml.datasets.field_values import FieldError
from ml.datasets.records import ProductRecord
from ml.datasets.text_cleaning import clean_line, clean_paragraphs, web_address


class AmazonReviews2023(AmazonReviews):
    """Products come from meta files with their rating totals; interactions from review files."""

    name: ClassVar[str] = "amazon-reviews-2023"
    summary: ClassVar[str] = "JSON lines of Amazon Reviews 2023: a review file, or its meta file with products"
    expects: ClassVar[str] = (
        "one JSON object per line, with user_id, parent_asin, rating (reviews) "
        "or parent_asin, title, main_category (products)"
    )
    has_rating_totals: ClassVar[bool] = True

    keys: ClassVar[tuple[str, str, str, str]] = ("user_id", "parent_asin", "rating", "timestamp")
    time_unit: ClassVar[float] = 0.001
    meta_keys: ClassVar[set[str]] = {"parent_asin", "title", "main_category"}

    def product(self, line: int, values: dict[str, Any]) -> ProductRecord:
        return _product(line, values)


def _product(line: int, values: dict[str, Any]) -> ProductRecord:
    title = clean_line(values.get("title"), longest=500)
    if not title:
        raise FieldError("title is missing")
    path = category_path(values.get("categories"), fallback=values.get("main_category"))
    notes: list[str] = []
    price = field_values.value_or_note(dollars, values.get("price"), "price", notes)
    return ProductRecord(
        external_id=field_values.raw_id(values.get("parent_asin"), "parent_asin"),
        title=title,
        description=clean_paragraphs(values.get("description"), values.get("features")),
        brand=_brand(values),
        category_path=path,
        keywords=tuple(dict.fromkeys(reversed(path))),
        price=price.amount if price else None,
        currency=price.currency if price else CURRENCY,
        image_url=_picture(values.get("images")),
        rating=field_values.value_or_note(field_values.stars, values.get("average_rating"), "average_rating", notes),
        rating_count=field_values.value_or_note(
            field_values.count, values.get("rating_number"), "rating_number", notes
        ),
        also_bought=field_values.raw_ids(values.get("bought_together")),
        notes=tuple(notes),
        line=line,
    )


def _brand(values: dict[str, Any]) -> str:
    details = values.get("details")
    brand = details.get("Brand") if isinstance(details, dict) else None
    return clean_line(brand or values.get("store"), longest=120)


def _picture(images: Any) -> str:
    """Return the address of the main picture, or of the first, in the larger size for the page."""
    entries = [entry for entry in images if isinstance(entry, dict)] if isinstance(images, list) else []
    main = next((entry for entry in entries if entry.get("variant") == "MAIN"), entries[0] if entries else {})
    return web_address(main.get("large")) or web_address(main.get("thumb"))
