"""Feature drift: what shoppers did before the promoted version was trained, beside what they did since."""

import uuid
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.monitoring import drift
from recommendations.monitoring.drift import feature_drift
from recommendations.monitoring.models import Check
from recommendations.versions.models import ModelVersion
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import publish, served_now

pytestmark = pytest.mark.django_db
EVENTS = 600


@pytest.fixture
def products(db) -> list[Product]:
    """One cheap product and one dear one, each in a main category of its own."""
    return [ProductFactory(category=CategoryFactory(), price=Decimal(price)) for price in (10, 90)]


def trained_through() -> datetime:
    moment = ModelVersion.objects.get().trained_through
    assert moment is not None
    return moment


def events(count: int, product: Product | None, *, kind: Kind = Kind.VIEW, days: float, source: str = "shop") -> None:
    """Write events recorded some days after (below 0: before) the version was trained."""
    moment = trained_through() + timedelta(days=days)
    Interaction.objects.bulk_create(
        Interaction(
            shopper_id=uuid.UUID(int=number + 1),
            kind=kind,
            product_id=product.pk if product else None,
            source=source,
            recorded_at=moment,
        )
        for number in range(count)
    )


def found() -> dict[Check, float | None]:
    return {finding.check: finding.value for finding in feature_drift(served_now())}


def test_the_same_behaviour_has_no_drift(products):
    publish(products)
    for product in products:
        for days in (-1, 1):
            events(EVENTS, product, days=days)

    assert found() == {Check.DRIFT_CATEGORY: 0.0, Check.DRIFT_PRICE: 0.0, Check.DRIFT_KIND: 0.0}


def test_another_category_price_and_kind_are_another_population(products):
    publish(products)
    events(EVENTS, products[0], days=-1)
    events(EVENTS, products[1], kind=Kind.PURCHASE, days=1)

    values = found()
    assert values.keys() == Check.drift()
    assert all(value is not None and value > 5 for value in values.values())
    assert {finding.most for finding in feature_drift(served_now())} == {0.25}


def test_what_moved_is_told_apart_from_what_did_not(products):
    publish(products)
    for product in products:
        events(EVENTS, product, days=-1)
        events(EVENTS, product, kind=Kind.ADD_TO_CART, days=1)

    values = found()
    assert (values[Check.DRIFT_CATEGORY], values[Check.DRIFT_PRICE]) == (0.0, 0.0)
    assert (values[Check.DRIFT_KIND] or 0) > 5


def test_imported_events_say_nothing_of_now(products):
    publish(products)
    events(EVENTS, products[0], days=-1)
    events(EVENTS, products[0], days=1)
    events(3 * EVENTS, products[1], kind=Kind.RATE, days=1, source="ratings-csv")

    assert set(found().values()) == {0.0}


def test_an_import_does_not_crowd_out_what_shoppers_did(products, monkeypatch):
    monkeypatch.setattr(drift, "MOST_EVENTS", EVENTS)
    publish(products)
    for days in (-1, 1):
        events(EVENTS, products[0], kind=Kind.VIEW if days < 0 else Kind.PURCHASE, days=days)
        events(EVENTS, products[1], kind=Kind.RATE, days=days + 0.5, source="ratings-csv")

    values = found()
    assert (values[Check.DRIFT_CATEGORY], values[Check.DRIFT_PRICE]) == (0.0, 0.0)
    assert (values[Check.DRIFT_KIND] or 0) > 5


def test_live_events_are_found_along_the_index_by_arrival(products):
    moment = timezone.now()
    rows = Interaction.objects.filter(source__in=sorted(Interaction.LIVE_SOURCES), recorded_at__lte=moment)
    if connections[rows.db].vendor != "sqlite":
        pytest.skip("other planners choose by how many rows there are")

    plan = rows.order_by("-recorded_at").values_list("kind", "product_id")[: drift.MOST_EVENTS].explain()

    assert "USING INDEX interaction_by_arrival" in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("before", [True, False], ids=["few-before", "few-since"])
def test_with_few_events_nothing_is_said(products, before):
    publish(products)
    events(EVENTS, products[0], days=-1 if before else 1)
    events(drift.LEAST_EVENTS - 1, products[0], days=1 if before else -1)

    assert set(found().values()) == {None}
    assert "500 each are needed" in feature_drift(served_now())[0].explanation


def test_without_a_trained_version_nothing_is_said(products):
    assert {finding.value for finding in feature_drift(None)} == {None}
    publish(products)
    ModelVersion.objects.update(trained_through=None)
    assert set(found().values()) == {None}


def test_products_that_are_gone_leave_the_kinds(products):
    publish(products)
    events(EVENTS, products[0], days=-1)
    events(EVENTS, products[0], days=1)
    Product.objects.all().delete()

    assert found() == {Check.DRIFT_CATEGORY: None, Check.DRIFT_PRICE: None, Check.DRIFT_KIND: 0.0}


def test_only_the_newest_events_are_read(products, monkeypatch):
    monkeypatch.setattr(drift, "MOST_EVENTS", EVENTS)
    publish(products)
    events(EVENTS, products[1], days=-3)
    events(EVENTS, products[0], days=-1)
    events(EVENTS, products[0], days=1)

    assert set(found().values()) == {0.0}
    assert timezone.now() > trained_through()
