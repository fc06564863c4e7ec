"""Popularity, trends, baskets and seasons from the log, and seasons that reach the index and the rails."""

import uuid
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from recommendations.behaviour.event_weights import EVENT_WEIGHTS, Kind
from recommendations.behaviour.models import Interaction
from recommendations.learning import demand
from recommendations.learning.demand import (
    LARGEST_BASKET,
    local_seconds,
    popularity_weights,
    purchase_baskets,
    trending_weights,
)
from recommendations.learning.training import train
from recommendations.lists.intents.registry import FOR_YOU, TRENDING
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.behaviour.test_event_weights import DAY, log_of
from tests.recommendations.publishing import ids, index_now
from tests.recommendations.shopping import recommend

VIENNA = ZoneInfo("Europe/Vienna")


def test_popularity_adds_what_time_has_left_of_each_event():
    half_life = EVENT_WEIGHTS[Kind.VIEW].half_life_days
    log = log_of((0, 0, Kind.VIEW, None, 100), (1, 0, Kind.VIEW, None, 100 - half_life), (0, 2, Kind.PURCHASE, 1, 100))

    assert popularity_weights(log, 4, 100 * DAY).tolist() == [1.5, 0.0, 5.0, 0.0]


def test_trends_halve_in_three_days_and_end():
    log = log_of(
        (0, 0, Kind.VIEW, None, 10),
        (1, 0, Kind.VIEW, None, 10),
        (0, 1, Kind.ADD_TO_CART, 1, 7),
        (0, 2, Kind.VIEW, None, 5),
    )

    assert trending_weights(log, 3, 10 * DAY).tolist() == [2.0, 1.5, 0.0]
    assert trending_weights(log, 3, 100 * DAY).tolist() == [0.0, 0.0, 0.0]


def test_trends_fade_from_hour_to_hour():
    """Half in 72 hours: what is an hour older counts one per cent less."""
    log = log_of(
        *[(shopper, 0, Kind.VIEW, None, 10 - 1.5) for shopper in range(3)],
        (0, 1, Kind.VIEW, None, 10 - 1 / 24),
        (1, 2, Kind.VIEW, None, 10),
    )
    now, later = (trending_weights(log, 3, moment * DAY) for moment in (10, 10 + 1 / 24))

    assert now == pytest.approx([3 * 2**-0.5, 2 ** (-1 / 72), 1.0])
    assert later == pytest.approx(now * 2 ** (-1 / 72))


def test_a_flood_of_one_shopper_counts_as_one_event():
    flood = log_of(*[(0, 0, Kind.VIEW, None, 10)] * 10_000, (1, 1, Kind.VIEW, None, 10), (2, 1, Kind.VIEW, None, 10))

    assert trending_weights(flood, 2, 10 * DAY).tolist() == [1.0, 2.0]
    assert popularity_weights(flood, 2, 10 * DAY).tolist() == [1.0, 2.0]


def test_what_is_bought_by_one_shopper_at_one_moment_is_a_basket():
    log = log_of(
        (0, 0, Kind.PURCHASE, 1, 1),
        (0, 1, Kind.PURCHASE, 1, 1),
        (1, 0, Kind.PURCHASE, 1, 1),
        (0, 2, Kind.PURCHASE, 1, 2),
        (0, 3, Kind.VIEW, None, 1),
    )
    baskets = purchase_baskets(log)

    assert baskets.items.tolist() == [0, 1, 0, 2]
    assert baskets.orders[0] == baskets.orders[1]
    assert len(set(baskets.orders.tolist())) == 3


def test_a_giant_order_says_nothing():
    rows = [(0, product, Kind.PURCHASE, 1, 1) for product in range(LARGEST_BASKET + 1)]

    assert purchase_baskets(log_of(*rows)).items.size == 0
    assert purchase_baskets(log_of(*rows[1:])).items.size == LARGEST_BASKET


def test_an_empty_log():
    log = log_of((0, 0, Kind.VIEW, None, 1)).select(np.zeros(1, bool))

    assert purchase_baskets(log).items.size == 0
    assert popularity_weights(log, 2, 0.0).tolist() == trending_weights(log, 2, 0.0).tolist() == [0.0, 0.0]


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

    Returns a product of each, the second a little more popular. The events are imported, so that no profiles are made.
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
        Interaction(
            shopper_id=uuid.UUID(int=place + 1), kind=Kind.VIEW, product_id=product.pk, occurred_at=at, source="import"
        )
        for place, (product, at) in enumerate(rows)
    )
    return products


@pytest.mark.django_db
@pytest.mark.usefixtures("without_sweep")
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
@pytest.mark.usefixtures("without_sweep")
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
@pytest.mark.usefixtures("without_sweep")
def test_of_a_giant_log_the_newest_events_are_read(quick_model, monkeypatch):
    planted(datetime.now(UTC))
    monkeypatch.setattr(demand, "MOST_SEASON_EVENTS", 13 * 20)

    train(is_measured=False)

    assert (index_now().seasons.hours == 1).all()
