"""External ids of products are cached in an import up to a number, and looked up again after it."""

from typing import Any

import pytest

from ml.datasets.records import InteractionRecord
from recommendations.behaviour.services import imports
from shop.catalogue.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_chunks(monkeypatch):
    """Store 20 rows at a time, and forget all ids when so many are cached."""
    monkeypatch.setattr(imports, "LEAST_ROWS", 10)
    monkeypatch.setattr(imports, "MOST_ROWS", 20)
    monkeypatch.setattr(imports, "MOST_REMEMBERED_ITEMS", 19)


def rates(count: int, *, products: int = 20) -> list[InteractionRecord]:
    """Ratings of the products P0, P1, ..., in turn, a second apart."""
    return [
        InteractionRecord("u1", f"P{number % products}", 4.0, float(number), "rate", number) for number in range(count)
    ]


AGAIN = InteractionRecord("u2", "P0", 4.0, 1e9, "rate", 99)


def run(*records: InteractionRecord, **options: Any) -> tuple[int, int, int]:
    """Import and return how many were read and created, and how many are of unknown products."""
    summary = imports.import_interactions(records, source="ratings-csv", count_into_totals=True, **options)
    assert summary.rejected == summary.of_unknown_products
    return summary.read, summary.created, summary.of_unknown_products


def test_products_are_looked_up_again_when_too_many_are_cached(monkeypatch):
    monkeypatch.setattr(imports, "MOST_REMEMBERED_ITEMS", 5)
    for number in range(30):
        ProductFactory(external_id=f"P{number}")

    assert run(*rates(100, products=35)) == (100, 90, 10)


def test_a_product_that_came_meanwhile_is_found_when_too_many_unknown_ids_were_cached():
    def make_first(read: int) -> None:
        Product.objects.exists() or ProductFactory(external_id="P0")

    assert run(*rates(20), AGAIN, on_progress=make_first) == (21, 1, 20)


def test_a_product_deleted_meanwhile_is_unknown_when_too_many_ids_were_cached():
    for number in range(20):
        ProductFactory(external_id=f"P{number}")

    def delete_first(read: int) -> None:
        Product.objects.filter(external_id="P0").delete()

    assert run(*rates(20), AGAIN, on_progress=delete_first) == (21, 20, 1)
