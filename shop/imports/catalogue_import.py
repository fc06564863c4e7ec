"""Import products of another system into the catalogue, chunk by chunk."""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from itertools import islice

from django.conf import settings
from django.db import IntegrityError, router, transaction
from django.utils import timezone

from ml.datasets.records import ProductRecord, RowError
from shop.catalogue.models import Product
from shop.catalogue.services import set_free_slugs
from shop.imports.category_import import CategoryPaths
from shop.imports.exchange import exchange_rate, in_shop_currency
from shop.opinions.rating_totals import RatingTotal, review_totals
from shop.signals import catalogue_changed, send_on_commit

PRODUCTS_PER_CHUNK = 500
DEFAULT_STOCK = 100
LONGEST_EXTERNAL_ID = 64
LONGEST_KEYWORDS = 500
DEAREST = Decimal("99999999.99")
IMPORTED_FIELDS = (
    *("title", "description", "brand", "keywords", "category_id", "price", "list_price", "image_url"),
    *("rating_sum", "rating_count"),
)


@dataclass
class ProductImportSummary:
    """The counts of an import (or of a dry run), in rows of the file and in products.

    - `repeated`: rows whose product came earlier in the file; the first row counts
    - `incomplete`: products imported without a field that could not be read
    - `unpriced`: products that have no price now
    - `rates`: the exchange rates that were used
    """

    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: int = 0
    incomplete: int = 0
    unpriced: int = 0
    categories_created: int = 0
    rates: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def ignore(_: object) -> None:
    """Ignore a report."""


def import_products(
    records: Iterable[ProductRecord | RowError],
    *,
    default_price: Decimal | None = None,
    default_stock: int = DEFAULT_STOCK,
    product_ids: Mapping[str, uuid.UUID] | None = None,
    dry_run: bool = False,
    on_reject: Callable[[RowError], None] = ignore,
    on_progress: Callable[[int], None] = ignore,
) -> ProductImportSummary:
    """Create the products that are new by their external id and update the others; a second run changes nothing.

    A field that a record leaves out keeps its value in the shop. Rating totals of a record replace the product's, and
    the shop's own reviews are added to them. Each chunk is stored as a whole or not at all, and announced by
    catalogue_changed.

    - `default_price`: in the shop's currency, for products that have none
    - `default_stock`: for new products whose record names no stock
    - `product_ids`: keys of new products by external id; others get a random key
    - `on_reject`: takes the rows that were left out, and those of which a field was
    - `on_progress`: takes the number of rows read, after each chunk

    Raises MissingExchangeRate.
    """
    started = time.monotonic()
    run = _Import(
        default_price=default_price,
        default_stock=default_stock,
        product_ids=product_ids or {},
        dry_run=dry_run,
        on_reject=on_reject,
    )
    for chunk in _chunks(run.accepted(records)):
        run.store(chunk)
        on_progress(run.summary.read)
    on_progress(run.summary.read)
    run.summary.seconds = time.monotonic() - started
    return run.summary


@dataclass
class _Import:
    """A run of import_products."""

    default_price: Decimal | None
    default_stock: int
    product_ids: Mapping[str, uuid.UUID]
    dry_run: bool
    on_reject: Callable[[RowError], None]
    summary: ProductImportSummary = field(default_factory=ProductImportSummary)

    def __post_init__(self) -> None:
        self._categories = CategoryPaths(dry_run=self.dry_run)
        self._seen: set[str] = set()

    def accepted(self, records: Iterable[ProductRecord | RowError]) -> Iterator[ProductRecord]:
        """Yield the records to store; count and report the others."""
        for record in records:
            self.summary.read += 1
            if isinstance(record, RowError):
                self._reject(record)
            elif len(record.external_id) > LONGEST_EXTERNAL_ID:
                reason = f"the id is longer than {LONGEST_EXTERNAL_ID} characters"
                self._reject(RowError(record.line, reason, record.external_id))
            elif record.external_id in self._seen:
                self.summary.repeated += 1
            else:
                self._seen.add(record.external_id)
                yield record

    def store(self, chunk: Sequence[ProductRecord]) -> None:
        """Write a chunk in one transaction; retry once when somebody else created the same product meanwhile."""
        categories_before = self._categories.created
        try:
            self._store(chunk)
        except IntegrityError:
            self._categories.forget(categories_before)
            self._store(chunk)
        self.summary.categories_created = self._categories.created

    def _store(self, chunk: Sequence[ProductRecord]) -> None:
        counted: list[Callable[[], None]] = []
        with transaction.atomic(using=router.db_for_write(Product)):
            external_ids = [record.external_id for record in chunk]
            # Locked, so that a review given meanwhile is not lost from the sums; in one order, against deadlocks.
            stored = Product.objects.select_for_update().filter(external_id__in=external_ids).order_by("pk")
            existing = {product.external_id: product for product in stored}
            reviews = review_totals([product.pk for product in existing.values()])
            new, changed = [], []
            for record in chunk:
                product = existing.get(record.external_id)
                is_new = product is None
                product = product or self._new(record)
                before = [getattr(product, name) for name in IMPORTED_FIELDS]
                problems = self._fill(product, record, reviews.get(product.pk, RatingTotal(0, 0)))
                counted.append(partial(self._count, record, product, problems))
                if is_new:
                    new.append(product)
                elif before != [getattr(product, name) for name in IMPORTED_FIELDS]:
                    changed.append(product)
            if not self.dry_run:
                _write(new, changed)
        for count in counted:
            count()
        self.summary.created += len(new)
        self.summary.updated += len(changed)
        self.summary.unchanged += len(chunk) - len(new) - len(changed)

    def _new(self, record: ProductRecord) -> Product:
        stock = self.default_stock if record.stock is None else record.stock
        key = self.product_ids.get(record.external_id) or uuid.uuid4()
        return Product(pk=key, external_id=record.external_id, stock=stock, is_published=record.is_published)

    def _fill(self, product: Product, record: ProductRecord, reviews: RatingTotal) -> list[str]:
        """Copy the record's fields into the product; return a sentence for each field that could not be used."""
        problems = list(record.notes)
        product.title = record.title
        product.description = record.description or product.description
        product.brand = record.brand or product.brand
        product.keywords = _joined(record.keywords) or product.keywords
        product.image_url = record.image_url or product.image_url
        if record.category_path or product.category_id is None:
            product.category_id = self._categories.get_or_create(record.category_path)
        if record.price is not None:
            currency = record.currency or settings.SHOP_CURRENCY
            price = self._converted(record.price, currency)
            list_price = self._converted(record.list_price or Decimal(0), currency)
            if price is None:
                problems.append(f"price {record.price} {currency} is outside what the shop can hold")
            else:
                product.price = price
                product.list_price = list_price if list_price and list_price > price else None
        if product.price is None:
            product.price = self.default_price
        if record.rating is not None and record.rating_count:
            stars = round(record.rating * record.rating_count)
            stars = min(max(stars, record.rating_count), 5 * record.rating_count)
            product.rating_sum = stars + int(reviews.stars)
            product.rating_count = record.rating_count + reviews.ratings
        return problems

    def _converted(self, amount: Decimal, currency: str) -> Decimal | None:
        """Return the amount in the shop's currency; None when a price cannot hold it."""
        self.summary.rates[currency] = float(exchange_rate(currency))
        converted = in_shop_currency(amount, currency)
        return converted if 0 < converted <= DEAREST else None

    def _count(self, record: ProductRecord, product: Product, problems: list[str]) -> None:
        self.summary.unpriced += product.price is None
        self.summary.incomplete += bool(problems)
        for problem in problems:
            self.on_reject(RowError(record.line, f"kept without a field: {problem}", record.external_id))

    def _reject(self, error: RowError) -> None:
        self.summary.rejected += 1
        self.on_reject(error)


def _write(new: list[Product], changed: list[Product]) -> None:
    now = timezone.now()
    set_free_slugs(new)
    Product.objects.bulk_create(new)
    for product in changed:
        product.updated_at = now
    Product.objects.bulk_update(changed, [*(name.removesuffix("_id") for name in IMPORTED_FIELDS), "updated_at"])
    if product_ids := [product.pk for product in (*new, *changed)]:
        send_on_commit(catalogue_changed, Product, product_ids=product_ids)


def _joined(keywords: Sequence[str]) -> str:
    """Return the keywords with commas between them, as many as fit."""
    text = ", ".join(keywords)
    return text if len(text) <= LONGEST_KEYWORDS else text[:LONGEST_KEYWORDS].rpartition(", ")[0]


def _chunks(records: Iterator[ProductRecord]) -> Iterator[list[ProductRecord]]:
    while chunk := list(islice(records, PRODUCTS_PER_CHUNK)):
        yield chunk
