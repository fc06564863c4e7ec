"""Event rate, coverage, and rails not filled as requested: planted figures, and too few of them."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.counting.models import RailCount
from recommendations.learning.refresh import refresh_shoppers
from recommendations.monitoring.models import Check, Measurement
from recommendations.monitoring.rates import coverage, empty_rails, event_rate
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish, served_now
from tests.recommendations.shopping import act

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 20, 15, 0, tzinfo=UTC)


def record(count: int, moment: datetime, source: str = "shop") -> None:
    Interaction.objects.bulk_create(
        Interaction(shopper_id=uuid.uuid4(), kind=Kind.VIEW, recorded_at=moment, source=source) for _ in range(count)
    )


def weeks_before(count: int) -> datetime:
    return NOW - timedelta(weeks=count, hours=1)


@pytest.mark.parametrize(
    ("now", "value", "crossed"),
    [(100, 1.0, None), (0, 0.0, 0.5), (49, 0.49, 0.5), (301, 3.01, 3.0)],
    ids=["as-always", "none", "few", "flood"],
)
def test_the_event_rate_stands_beside_the_same_hours_of_earlier_weeks(now, value, crossed):
    record(150, weeks_before(1))
    record(50, weeks_before(2))
    record(900, weeks_before(1) - timedelta(hours=6))
    record(900, weeks_before(1), source="ratings-csv")
    record(now, NOW - timedelta(hours=1))

    finding = event_rate(NOW)

    assert (finding.check, finding.value, finding.least, finding.most) == (Check.EVENT_RATE, value, 0.5, 3.0)
    row = Measurement(name="event_rate", value=finding.value, least=finding.least, most=finding.most)
    assert row.crossed == crossed


def test_a_quiet_shop_has_no_event_rate():
    record(49, weeks_before(1))

    assert event_rate(NOW).value is None


def shoppers(count: int, products) -> None:
    for number in range(count):
        shopper = uuid.UUID(int=number + 1)
        act(Kind.VIEW, products[number % len(products)], shopper=shopper)
        refresh_shoppers([str(shopper)])


def test_coverage_is_the_share_of_products_among_the_first_of_a_list(category):
    products = ProductFactory.create_batch(30, category=category)
    publish(products)
    shoppers(20, products)
    ShopperProfile.objects.exclude(shopper_id=uuid.UUID(int=1)).update(event_count=1)

    finding = coverage(served_now(), NOW)

    assert finding.value is not None
    assert 20 / 30 <= finding.value <= 1.0
    assert finding.least is None
    for value in (0.9, 0.8, 0.7):
        Measurement.objects.create(name=Check.COVERAGE.value, value=value, measured_at=NOW - timedelta(days=1))
    Measurement.objects.create(name=Check.COVERAGE.value, value=0.0, measured_at=NOW - timedelta(days=8))
    assert coverage(served_now(), NOW).least == 0.4


def test_coverage_needs_shoppers_and_a_version(category):
    products = ProductFactory.create_batch(5, category=category)
    assert coverage(None, NOW).value is None
    publish(products)
    shoppers(19, products)
    assert coverage(served_now(), NOW).value is None


def rails(answered: int, moment: datetime, intent: str = "for_you", **counts: int) -> None:
    RailCount.objects.create(hour=moment, intent=intent, answered=answered, **counts)


def test_rails_not_filled_as_asked_stand_beside_the_week_before():
    rails(200, NOW - timedelta(hours=2), empty=10, short=20, fallback=30)
    rails(1000, NOW - timedelta(days=3), fallback=200)
    rails(1000, NOW - timedelta(days=9), fallback=1000)
    rails(900, NOW - timedelta(hours=2), intent="recently_viewed", empty=900)

    finding = empty_rails(NOW)

    assert (finding.value, finding.most) == (0.3, 0.3)


@pytest.mark.parametrize(("usual", "most"), [(0, 0.1), (400, 0.6), (800, 0.9)], ids=["never", "often", "mostly"])
def test_the_bound_is_half_as_far_again_from_what_is_usual(usual, most):
    rails(200, NOW)
    rails(1000, NOW - timedelta(days=3), short=usual)

    assert empty_rails(NOW).most == most


@pytest.mark.parametrize(("today", "before"), [(99, 1000), (1000, 99)], ids=["few-today", "few-before"])
def test_with_few_rails_nothing_is_said(today, before):
    rails(today, NOW, empty=today)
    rails(before, NOW - timedelta(days=3))

    assert empty_rails(NOW).value is None
