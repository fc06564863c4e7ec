"""amazon-reviews-2018: JSON lines of the Amazon review data (2014 and 2018 releases); reviews and meta files.

Ni, Li, McAuley: Justifying recommendations using distantly-labeled reviews and fine-grained aspects, EMNLP 2019.
"""

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from ml.datasets import field_values
from ml.datasets.base import DatasetReader
from ml.datasets.field_values import FieldError, Price
from ml.datasets.json_lines import first_object, json_records
from ml.datasets.line_source import LineSource
from ml.datasets.records import Contents, InteractionRecord, ProductRecord, RowError
from ml.datasets.text_cleaning import clean_line, clean_paragraphs, web_address

CURRENCY = "USD"
LONGEST_CATEGORY = 60
DEEPEST_CATEGORY = 6
# Size of a picture, between its name and extension: "._SX38_SY50_CR,0,0,38,50_." is a thumbnail.
_PICTURE_SIZE = re.compile(r"\._[^/]*_\.(?=[a-zA-Z]+$)")
_ALT_TEXT = re.compile(r'\balt="([^"<>]*)"')


class AmazonReviews(DatasetReader):
    """Review files and meta files of one release.

    - `keys`: of user, product, stars and time in a review; `time_unit`: seconds per unit of the time;
    - `meta_keys`: keys that a product has; `foreign_keys`: keys that it has in another release.
    """

    keys: ClassVar[tuple[str, str, str, str]]
    time_unit: ClassVar[float] = 1.0
    meta_keys: ClassVar[set[str]]
    foreign_keys: ClassVar[set[str]] = set()

    @abstractmethod
    def product(self, line: int, values: dict[str, Any]) -> ProductRecord:
        """Return the product of a line. Raise FieldError."""

    def recognise(self, sample: Sequence[str]) -> Contents:
        keys = set(first_object(sample) or ())
        if keys.issuperset(self.keys[:3]):
            return Contents.INTERACTIONS
        return Contents.PRODUCTS if keys >= self.meta_keys and not keys & self.foreign_keys else Contents.NOTHING

    def products(self, source: LineSource) -> Iterator[ProductRecord | RowError]:
        yield from json_records(source, self.product, id_key=self.keys[1])

    def interactions(self, source: LineSource) -> Iterator[InteractionRecord | RowError]:
        yield from json_records(source, self._interaction, id_key=self.keys[1])

    def _interaction(self, line: int, values: dict[str, Any]) -> InteractionRecord:
        user, item, stars, time = self.keys
        return InteractionRecord(
            field_values.raw_id(values.get(user), user),
            field_values.raw_id(values.get(item), item),
            field_values.stars(values.get(stars), stars),
            field_values.timestamp(values.get(time), time, unit=self.time_unit),
            "rate",
            line,
        )


class AmazonReviews2018(AmazonReviews):
    """Products come from meta files, without rating totals; interactions from review files."""

    name: ClassVar[str] = "amazon-reviews-2018"
    summary: ClassVar[str] = "JSON lines of Amazon reviews up to 2018: a review file, or its meta file with products"
    expects: ClassVar[str] = (
        "one JSON object per line, with reviewerID, asin, overall (reviews) or asin, title (products)"
    )
    has_rating_totals: ClassVar[bool] = False

    keys: ClassVar[tuple[str, str, str, str]] = ("reviewerID", "asin", "overall", "unixReviewTime")
    meta_keys: ClassVar[set[str]] = {"asin", "title"}
    foreign_keys: ClassVar[set[str]] = {"parent_asin"}

    def product(self, line: int, values: dict[str, Any]) -> ProductRecord:
        return _product(line, values)


def _product(line: int, values: dict[str, Any]) -> ProductRecord:
    title = clean_line(values.get("title"), longest=500)
    if not title:
        raise FieldError("title is missing")
    path = category_path(values.get("category"), fallback=values.get("main_cat"))
    notes: list[str] = []
    price = field_values.value_or_note(dollars, values.get("price"), "price", notes)
    images = values.get("image") or [values.get("imUrl")]
    return ProductRecord(
        external_id=field_values.raw_id(values.get("asin"), "asin"),
        title=title,
        description=clean_paragraphs(values.get("description"), values.get("feature")),
        brand=clean_line(values.get("brand"), longest=120),
        category_path=path,
        keywords=tuple(dict.fromkeys(reversed(path))),
        price=price.amount if price else None,
        currency=price.currency if price else CURRENCY,
        image_url=picture_address(images),
        also_bought=field_values.raw_ids(values.get("also_buy")),
        notes=tuple(notes),
        line=line,
    )


def dollars(value: Any, field: str) -> Price | None:
    """Return a price, in dollars unless it has another sign. Raise FieldError for other text, such as HTML."""
    return field_values.price(value, field, currency=CURRENCY)


def category_path(value: Any, *, fallback: Any = None) -> tuple[str, ...]:
    """Return category names from the root, without repeated levels.

    Lists may end in advertising lines and remains of HTML: the first entry that is no name ends the path.
    """
    names: list[str] = []
    for entry in value if isinstance(value, list) else []:
        name = clean_line(entry, longest=500)
        if not name or "<" in entry or name.endswith(".") or len(name) > LONGEST_CATEGORY:
            break
        if not names or names[-1] != name:
            names.append(name)
    if not names:
        alternative = _ALT_TEXT.search(fallback) if isinstance(fallback, str) else None
        name = clean_line(alternative[1].title() if alternative else fallback, longest=LONGEST_CATEGORY)
        names = [name] if name else []
    return tuple(names[:DEEPEST_CATEGORY])


def picture_address(images: Any) -> str:
    """Return the address of the first picture, in a size for a product page."""
    first = images[0] if isinstance(images, list) and images else ""
    return web_address(_PICTURE_SIZE.sub("._SL500_.", first)) if isinstance(first, str) else ""
