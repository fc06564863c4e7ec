"""The log by the shop's clock, and factors that reach the index and the rails."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.learning import seasons
from recommendations.learning.seasons import local_seconds
from recommendations.learning.training import train
from recommendations.lists.intents.registry import FOR_YOU, TRENDING
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import ids, index_now
from tests.recommendations.shopping import recommend

VIENNA = ZoneInfo("Europe/Vienna")


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        pytest.param(datetime(2026, 1, 31, 23, 30, tzinfo=UTC), "2026-02-01T00:30", id="winter, the next month"),
        pytest.param(datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "2026-03-29T01:59", id="before the change"),
        pytest.param(datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "2026-03-29T03:00", id="after the change"),
    ],
)
def test_local_seconds_are_what_the_clocks_show(moment, shown):
    local = local_seconds(np.array([moment.timestamp(), 0.0]), VIENNA)

    assert local.astype("datetime64[s]").astype("datetime64[m]").astype(str).tolist() == [shown, "1970-01-01T01:00"]
    assert local_seconds(np.zeros(0), VIENNA).tolist() == []


def planted(now: datetime) -> list:
    """Two categories are looked at alike in three years, by days; of an evening only the first one is.

    Returns a product of each, the second a little more popular.
    """
    products = [ProductFactory(category=CategoryFactory()) for _ in range(2)]
    rows = []
    for day in range(1, 61):
        midnight = (now - timedelta(days=day)).replace(hour=0, minute=0, second=0, microsecond=0)
        for number in range(12):
            evening = number < 6
            at = midnight + timedelta(hours=20 if evening else 9, minutes=number, seconds=7)
            rows.append((products[0] if evening else products[1], at))
        rows.append((products[1], midnight + timedelta(hours=9, seconds=30)))
    Interaction.objects.bulk_create(
        Interaction(shopper_id=uuid.UUID(int=place + 1), kind=Kind.VIEW, product_id=product.pk, occurred_at=at)
        for place, (product, at) in enumerate(rows)
    )
    return products


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone", "raised_hour"), [pytest.param("UTC", 20, id="UTC"), pytest.param("Asia/Tokyo", 5, id="nine hours ahead")]
)
def test_a_training_finds_the_evening_by_the_shops_clock(quick_model, settings, zone, raised_hour):
    settings.TIME_ZONE = zone
    evening, morning = planted(datetime.now(UTC))

    train(is_measured=False)

    index = index_now()
    rows = [index.categories_of(np.array([index.index_of(product.pk.hex)]))[0] for product in (evening, morning)]
    hours = index.seasons.hours[rows].reshape(2, 2, 24)
    assert hours[0, :, raised_hour].min() > 1.1
    assert hours[1, :, raised_hour].max() < 0.9
    assert (index.seasons.months == 1).all()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hour", "first"), [pytest.param(20, 0, id="in the evening"), pytest.param(9, 1, id="in the morning")]
)
def test_a_stranger_sees_what_suits_the_hour(quick_model, monkeypatch, hour, first):
    now = datetime.now(UTC)
    products = planted(now)
    train(is_measured=False)
    monkeypatch.setattr("django.utils.timezone.now", lambda: now.replace(hour=hour))

    for intent in (FOR_YOU, TRENDING):
        assert ids(recommend(shopper_id=None, intent=intent, limit=2).items)[0] == products[first].pk


@pytest.mark.django_db
def test_of_a_giant_log_the_newest_events_are_read(quick_model, monkeypatch):
    planted(datetime.now(UTC))
    monkeypatch.setattr(seasons, "MOST_EVENTS", 13 * 20)

    train(is_measured=False)

    assert (index_now().seasons.hours == 1).all()
