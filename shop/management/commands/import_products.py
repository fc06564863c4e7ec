"""`manage.py import_products`: import the products of a data file into the catalogue."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar

from django.conf import settings

from ml.datasets.bare_products import bare_products
from ml.datasets.base import DatasetReader
from ml.datasets.records import Contents, DatasetError
from shop.imports.catalogue_import import DEAREST, DEFAULT_STOCK, ProductImportSummary, import_products
from shop.imports.exchange import CENT
from shop.management.dataset_command import DatasetCommand, DatasetImport

MOST_STOCK = 2_000_000_000


class Command(DatasetCommand):
    takes = Contents.PRODUCTS
    help = "Take the products of a data file into the catalogue. Running it twice changes nothing."
    example: ClassVar[str] = (
        "  python manage.py import_products --format amazon-sales amazon_sales.csv\n"
        "  python manage.py import_products --format amazon-reviews-2018 meta_Gift_Cards.json.gz --default-price 25\n"
        "  python manage.py import_products --format magento mysql://reader@db.example:3306/magento"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--default-price", type=_price, metavar="P", help=f"price in {settings.SHOP_CURRENCY} for products without"
        )
        parser.add_argument(
            "--default-stock",
            type=_stock,
            metavar="N",
            default=DEFAULT_STOCK,
            help="pieces in stock of each new product (default: %(default)s)",
        )
        parser.add_argument(
            "--bare",
            action="store_true",
            help="from a file of interactions alone, make products that have only their id",
        )

    def import_file(self, file: DatasetImport, options: dict[str, Any]) -> ProductImportSummary:
        if Contents.PRODUCTS in file.data.contents:
            records = file.data.products()
        elif options["bare"]:
            records = bare_products(file.data.interactions())
        else:
            raise DatasetError(
                file.data.place,
                "this file holds interactions and no products: name the file with the products (for Amazon reviews "
                "meta_….json.gz), or add --bare to make products that have only their id",
            )
        return import_products(
            records,
            default_price=options["default_price"],
            default_stock=options["default_stock"],
            dry_run=options["dry_run"],
            on_reject=file.on_reject,
            on_progress=file.on_progress,
        )

    def lines(self, report: dict[str, Any]) -> Iterator[tuple[str, int]]:
        yield "products created", report["created"]
        yield "products updated", report["updated"]
        yield "products unchanged", report["unchanged"]
        yield "categories created", report["categories_created"]
        yield "rows name a product again (the first row counts)", report["repeated"]
        yield "products went in without a field that could not be read", report["incomplete"]
        yield "rows rejected", report["rejected"]

    def advice(self, report: dict[str, Any], reader: DatasetReader) -> Iterator[str]:
        for currency, rate in report["rates"].items():
            if currency != settings.SHOP_CURRENCY:
                yield f"Prices were converted at 1 {currency} = {rate:g} {settings.SHOP_CURRENCY} (EXCHANGE_RATES)."
        if report["unpriced"]:
            yield (
                f"{report['unpriced']:,} products have no price, so they are shown but not for sale: give them one in "
                "the admin, or run this again with --default-price P."
            )


def _price(text: str) -> Decimal:
    try:
        price = Decimal(text).quantize(CENT)
        is_possible = 0 < price <= DEAREST
    except InvalidOperation:
        raise ArgumentTypeError(f"{text!r} is not a price such as 9.99") from None
    if not is_possible:
        raise ArgumentTypeError(f"{text!r} is not between 0.01 and {DEAREST}")
    return price


def _stock(text: str) -> int:
    if not text.isdecimal() or int(text) > MOST_STOCK:
        raise ArgumentTypeError(f"{text!r} is not a whole number from 0 to {MOST_STOCK}")
    return int(text)
