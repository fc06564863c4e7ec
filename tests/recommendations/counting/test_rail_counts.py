"""Counts of rails: each rail is of one kind, and what several processes count adds up."""

from datetime import UTC, datetime

import pytest
from django.db import OperationalError

from recommendations.counting.models import RailCount, RailCountQuerySet
from recommendations.counting.rail_counts import RailCounter, count_rail, write_counts
from recommendations.lists.requests import Intent
from tests.recommendations.shopping import for_you

pytestmark = pytest.mark.django_db


def counted() -> list[tuple]:
    return list(RailCount.objects.order_by("intent").values_list("intent", "answered", "empty", "short", "fallback"))


@pytest.mark.parametrize(
    ("found", "is_filled", "expected"),
    [
        (0, True, ("for_you", 1, 1, 0, 0)),
        (3, True, ("for_you", 1, 0, 1, 0)),
        (4, True, ("for_you", 1, 0, 0, 1)),
        (4, False, ("for_you", 1, 0, 0, 0)),
    ],
    ids=["empty", "short", "fallback", "as-asked"],
)
def test_each_rail_is_of_one_kind(found, is_filled, expected):
    counter = RailCounter()
    counter.count("for_you", asked=4, found=found, is_filled=is_filled)
    counter.write()

    assert counted() == [expected]


def test_processes_add_up():
    for asked in (2, 3):
        counter = RailCounter()
        for _ in range(asked):
            counter.count("for_you", asked=4, found=4, is_filled=True)
        counter.write()
        counter.write()

    assert counted() == [("for_you", 5, 0, 0, 5)]
    assert RailCount.objects.totals() == {"for_you": {"answered": 5, "empty": 0, "short": 0, "fallback": 5}}


def test_hours_stand_apart():
    for hour in (1, 2):
        RailCount.objects.add(datetime(2026, 1, 1, hour, tzinfo=UTC), "similar", answered=1, short=1)

    assert counted() == [("similar", 1, 0, 1, 0)] * 2


def test_recommending_counts_without_asking_the_database(product):
    write_counts()
    RailCount.objects.all().delete()
    for_you(limit=1)
    for_you(limit=2)
    assert not RailCount.objects.exists()

    write_counts()
    assert counted() == [(Intent.FOR_YOU.value, 2, 0, 1, 1)]


def test_a_database_that_is_away_costs_the_counts_alone(monkeypatch, caplog):
    def away(*_, **__):
        raise OperationalError("connection refused")

    monkeypatch.setattr(RailCountQuerySet, "update", away)
    count_rail("for_you", asked=1, found=1, is_filled=False)
    write_counts()

    assert "rails of for_you could not be counted: connection refused" in caplog.text
