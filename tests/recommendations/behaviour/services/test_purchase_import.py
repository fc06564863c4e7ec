"""Purchases among the interactions of other systems: pieces, money, guests."""

from decimal import Decimal

import pytest

from ml.datasets.records import GuestRow, InteractionRecord, RowError
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.services.imports import ignore, import_interactions
from shop.catalogue.models import Product
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _lamp():
    ProductFactory(external_id="B1")


def run(*records, on_reject=ignore):
    return import_interactions(records, source="magento", count_into_totals=True, on_reject=on_reject)


def buy(user: str = "u1", item: str = "B1", pieces: float = 12.0, amount: Decimal | None = None):
    return InteractionRecord(user, item, pieces, 1e9, "purchase", 2, amount)


def test_pieces_of_a_purchase_are_kept_and_are_no_stars():
    run(buy(pieces=12.0))

    assert Interaction.objects.values_list("kind", "value").get() == ("purchase", 12.0)
    assert Product.objects.values_list("rating_sum", "rating_count").get() == (0, 0)


def test_the_money_of_known_products_is_added_up():
    records = [buy("u1", amount=Decimal("10.10")), buy("u2", amount=Decimal("0.20")), buy("u3")]

    assert run(*records, buy(item="unknown", amount=Decimal(99))).amount == Decimal("10.30")
    assert run(*records).amount == Decimal("10.30")
    assert run(buy("u3")).amount is None


def test_guests_are_rejected_and_counted_apart():
    rejects: list[RowError] = []

    summary = run(GuestRow(2, "a guest", "B1"), RowError(3, "torn"), buy(), on_reject=rejects.append)

    assert (summary.read, summary.created, summary.rejected, summary.of_guests) == (3, 1, 2, 1)
    assert rejects == [(2, "a guest", "B1"), (3, "torn", "")]
