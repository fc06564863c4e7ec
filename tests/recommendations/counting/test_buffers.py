"""Write-behind buffers: written once for many calls, and once more when the process ends."""

import atexit
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.db import DatabaseError, OperationalError

from recommendations.counting import buffers
from recommendations.counting.buffers import (
    ImpressionBuffer,
    RailCounter,
    WriteBehind,
    count_rail,
    record_impression,
    write_counts,
    write_impressions,
)
from recommendations.counting.models import Impression, RailCount, RailCountQuerySet
from recommendations.lists.intents.registry import FOR_YOU
from tests.recommendations.shopping import for_you

pytestmark = pytest.mark.django_db

EXPERIMENT, VARIANT, SHOPPER = (uuid.UUID(int=number) for number in (1, 2, 9))


@pytest.fixture(autouse=True)
def _own_buffer(monkeypatch):
    monkeypatch.setattr(buffers, "_impressions", ImpressionBuffer())


@pytest.fixture
def timers(settings, monkeypatch):
    """The timers that were started, as (seconds, what they call)."""
    settings.RAIL_COUNTS_AFTER_SECONDS = 30
    made = []

    class Timer:
        daemon = False

        def __init__(self, seconds, write) -> None:
            made.append((seconds, write))

        def start(self) -> None:
            assert self.daemon

    monkeypatch.setattr(threading, "Timer", Timer)
    return made


@pytest.fixture
def promised(monkeypatch):
    """What is to be called when the process ends."""
    calls: list[Callable[[], None]] = []
    monkeypatch.setattr(atexit, "register", calls.append)
    return calls


def test_one_timer_writes_for_all_who_ask_until_then(timers, promised):
    written = []
    later = WriteBehind(lambda: written.append(len(timers)), RailCount)
    for _ in range(3):
        later.schedule()
    assert [seconds for seconds, _ in timers] == [30]

    timers[0][1]()
    assert written == [1]
    later.schedule()
    assert len(timers) == 2


def test_who_asks_during_the_writing_is_written_by_the_next(timers, promised):
    later = WriteBehind(lambda: later.schedule(), RailCount)
    later.schedule()
    timers[0][1]()

    assert len(timers) == 2


def test_the_end_of_the_process_is_told_of_once(timers, promised):
    written = []
    later = WriteBehind(lambda: written.append(1), RailCount)
    for _ in range(3):
        later.schedule()
        timers[-1][1]()
    (at_the_end,) = promised
    written.clear()
    at_the_end()

    assert written == [1]


def test_nothing_is_asked_where_nothing_is_to_be_written_by_itself(settings, timers, promised):
    settings.RAIL_COUNTS_AFTER_SECONDS = 0
    WriteBehind(lambda: None, RailCount).schedule()

    assert timers == promised == []


def test_a_process_that_ends_in_peace_writes_first():
    """A real one: what it counted is asked for half a minute before it would be written."""
    program = """
import django; django.setup()
from recommendations.counting import buffers
buffers.RailCounter.write = lambda self: print("wrote", sum(n["answered"] for n in self._counts.values()))
buffers._counter = buffers.RailCounter()
for _ in range(3): buffers.count_rail("for_you", limit=1, length=1, is_filled=False)
print("ends")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=django_settings.BASE_DIR, env={"DJANGO_SETTINGS_MODULE": "config.settings.dev", "SECRET_KEY": "x" * 50},
        capture_output=True, text=True, check=True, timeout=180,
    )  # fmt: skip

    assert done.stdout.split() == ["ends", "wrote", "3"]


def counted() -> list[tuple]:
    return list(RailCount.objects.order_by("intent").values_list("intent", "answered", "empty", "short", "fallback"))


@pytest.mark.parametrize(
    ("length", "is_filled", "expected"),
    [
        (0, True, ("for_you", 1, 1, 0, 0)),
        (3, True, ("for_you", 1, 0, 1, 0)),
        (4, True, ("for_you", 1, 0, 0, 1)),
        (4, False, ("for_you", 1, 0, 0, 0)),
    ],
    ids=["empty", "short", "fallback", "as-asked"],
)
def test_each_rail_is_of_one_kind(length, is_filled, expected):
    counter = RailCounter()
    counter.count("for_you", limit=4, length=length, is_filled=is_filled)
    counter.write()

    assert counted() == [expected]


def test_processes_add_up():
    for asked in (2, 3):
        counter = RailCounter()
        for _ in range(asked):
            counter.count("for_you", limit=4, length=4, is_filled=True)
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
    assert counted() == [(FOR_YOU.name, 2, 0, 1, 1)]


def test_a_database_that_is_away_costs_the_counts_alone(monkeypatch, caplog):
    def away(*_, **__):
        raise OperationalError("connection refused")

    monkeypatch.setattr(RailCountQuerySet, "update", away)
    count_rail("for_you", limit=1, length=1, is_filled=False)
    write_counts()

    assert "rails of for_you could not be counted: connection refused" in caplog.text


def impression() -> Impression:
    return Impression(
        id=uuid.uuid4(),
        experiment_id=EXPERIMENT,
        variant_id=VARIANT,
        shopper_id=SHOPPER,
        slot="home",
        intent="for_you",
        product_count=3,
    )


def test_lists_wait_in_memory_until_they_are_written_in_one_go(queries):
    with queries(0):
        for _ in range(3):
            record_impression(impression())
    with queries(1):
        write_impressions()

    assert Impression.objects.count() == 3
    write_impressions()
    assert Impression.objects.count() == 3


def test_lists_of_a_time_without_database_are_lost_and_said_so(monkeypatch, caplog):
    def away(*_, **__):
        raise DatabaseError("away")

    record_impression(impression())
    monkeypatch.setattr(Impression.objects, "bulk_create", away)
    write_impressions()

    assert "1 lists shown in experiments could not be written down: away" in caplog.text


def test_no_more_lists_wait_than_memory_should_hold(monkeypatch):
    monkeypatch.setattr(buffers, "MOST_WAITING", 2)
    for _ in range(5):
        record_impression(impression())
    write_impressions()

    assert Impression.objects.count() == 2
