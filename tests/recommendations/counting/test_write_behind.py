"""Written once for many who ask, and once more when the process ends."""

import atexit
import subprocess
import sys
import threading
from collections.abc import Callable

import pytest
from django.conf import settings as django_settings

from recommendations.counting.models import RailCount
from recommendations.counting.write_behind import LaterWriting

pytestmark = pytest.mark.django_db


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
    later = LaterWriting(lambda: written.append(len(timers)), RailCount)
    for _ in range(3):
        later.ask()
    assert [seconds for seconds, _ in timers] == [30]

    timers[0][1]()
    assert written == [1]
    later.ask()
    assert len(timers) == 2


def test_who_asks_during_the_writing_is_written_by_the_next(timers, promised):
    later = LaterWriting(lambda: later.ask(), RailCount)
    later.ask()
    timers[0][1]()

    assert len(timers) == 2


def test_the_end_of_the_process_is_told_of_once(timers, promised):
    written = []
    later = LaterWriting(lambda: written.append(1), RailCount)
    for _ in range(3):
        later.ask()
        timers[-1][1]()
    (at_the_end,) = promised
    written.clear()
    at_the_end()

    assert written == [1]


def test_nothing_is_asked_where_nothing_is_to_be_written_by_itself(settings, timers, promised):
    settings.RAIL_COUNTS_AFTER_SECONDS = 0
    LaterWriting(lambda: None, RailCount).ask()

    assert timers == promised == []


def test_a_process_that_ends_in_peace_writes_first():
    """A real one: what it counted is asked for half a minute before it would be written."""
    program = """
import django; django.setup()
from recommendations.counting import rail_counts
rail_counts.RailCounter.write = lambda self: print("wrote", sum(n["answered"] for n in self._counts.values()))
rail_counts._counter = rail_counts.RailCounter()
for _ in range(3): rail_counts.count_rail("for_you", asked=1, found=1, is_filled=False)
print("ends")
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=django_settings.BASE_DIR, env={"DJANGO_SETTINGS_MODULE": "config.settings.dev", "SECRET_KEY": "x" * 50},
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip

    assert done.stdout.split() == ["ends", "wrote", "3"]
