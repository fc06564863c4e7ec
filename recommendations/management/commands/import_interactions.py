"""`manage.py import_interactions`: import the interactions of a data file into the log."""

from collections.abc import Iterator
from typing import Any, ClassVar

from ml.datasets.base import DatasetReader
from ml.datasets.records import Contents, DatasetError
from recommendations.behaviour.services.imports import InteractionImportSummary, import_interactions
from shop.management.dataset_command import DatasetCommand, DatasetImport


class Command(DatasetCommand):
    takes = Contents.INTERACTIONS
    help = (
        "Import the interactions of a data file into the log. Their products must be in the catalogue. "
        "A second run changes nothing; a run after a stop continues."
    )
    example: ClassVar[str] = (
        "  python manage.py import_interactions --format amazon-reviews-2018 Gift_Cards_5.json.gz\n"
        "  python manage.py import_interactions --format ratings-csv ratings.csv --dry-run\n"
        "  python manage.py import_interactions --format magento --months 3 mysql://reader@db.example:3306/magento"
    )

    def import_file(self, file: DatasetImport, options: dict[str, Any]) -> InteractionImportSummary:
        if Contents.INTERACTIONS not in file.data.contents:
            raise DatasetError(
                file.data.place,
                "this file holds products and no interactions: name the review file, or import it with import_products",
            )
        return import_interactions(
            file.data.interactions(),
            source=file.reader.name,
            count_into_totals=not file.reader.has_rating_totals,
            dry_run=options["dry_run"],
            on_reject=file.on_reject,
            on_progress=file.on_progress,
            fraction_read=lambda: file.data.position / file.data.size,
        )

    def lines(self, report: dict[str, Any]) -> Iterator[tuple[str, int]]:
        yield "interactions created", report["created"]
        yield "interactions were there already", report["already_there"]
        yield "rows rejected", report["rejected"]
        yield "of them name a product that is not in the catalogue", report["of_unknown_products"]
        if report["of_guests"]:
            yield "of them are purchases of guests, who have no customer_id", report["of_guests"]

    def advice(self, report: dict[str, Any], reader: DatasetReader) -> Iterator[str]:
        if report["amount"] is not None:
            yield f"The purchases read come to {report['amount']:,.2f} (row_total), which the log does not keep."
        if report["of_unknown_products"]:
            yield (
                f"Import the products first: python manage.py import_products --format {reader.name} FILE "
                "(--bare makes products from this very file)."
            )
        elif report["created"] and not report["dry_run"]:
            yield "Train on them with: python manage.py train_recommender"
