"""Write-behind buffers of a process: counts of rails, and lists that experiments showed.

No request waits for them. They are written twice a minute and when the process ends in peace. A process that is killed
loses what it had not written: a figure, not the truth.
"""

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import connections, models, router
from django.utils import timezone

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.counting.models import Impression, RailCount

logger = logging.getLogger(__name__)

# More lists than this wait only while the database is away; the newest are then dropped.
MOST_WAITING = 20_000
LISTS_PER_INSERT = 500


class WriteBehind:
    """Calls `write` in a thread some time after `schedule` was first called, once for all calls until then.

    - `about`: the model whose database the thread's connection is closed of.
    """

    def __init__(self, write: Callable[[], None], about: type[models.Model]) -> None:
        self._write, self._about = write, about
        self._lock = threading.Lock()
        self._is_due = self._is_registered = False

    def schedule(self) -> None:
        """Have `write` called; not at all where RAIL_COUNTS_AFTER_SECONDS is 0."""
        seconds: int = settings.RAIL_COUNTS_AFTER_SECONDS
        if self._is_due or not seconds:
            return
        with self._lock:
            is_first, self._is_due = not self._is_due, True
            if not self._is_registered:
                atexit.register(self._write_and_close)
                self._is_registered = True
        if is_first:
            timer = threading.Timer(seconds, self._write_and_close)
            timer.daemon = True
            timer.start()

    def _write_and_close(self) -> None:
        self._is_due = False  # before writing: a call from now on may come too late for it
        try:
            self._write()
        finally:
            connections[router.db_for_write(self._about)].close()


class RailCounter:
    """Counts of rails by hour and intent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[datetime, str], Counter[str]] = {}
        self._write_behind = WriteBehind(self.write, RailCount)

    def count(self, intent: str, *, limit: int, length: int, is_filled: bool) -> None:
        """Count one rail: empty, else shorter than its limit, else filled up with popular products, else well."""
        kind = "empty" if not length else "short" if length < limit else "fallback" if is_filled else "answered"
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        with self._lock:
            counts = self._counts.setdefault((hour, intent), Counter())
            counts.update({"answered", kind})
        self._write_behind.schedule()

    def write(self) -> None:
        """Write the counts since the last time; they are lost when the database is away."""
        with self._lock:
            counts, self._counts = self._counts, {}
        for (hour, intent), numbers in counts.items():
            try:
                RailCount.objects.add(hour, intent, **numbers)
            except BEHAVIOUR_DATABASE_ERRORS as error:
                logger.warning("%d rails of %s could not be counted: %s", numbers["answered"], intent, error)


class ImpressionBuffer:
    """Lists shown in experiments that are not written yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Impression] = []
        self._write_behind = WriteBehind(self.write, Impression)

    def add(self, row: Impression) -> None:
        """Keep a list until the buffer is written."""
        with self._lock:
            if len(self._rows) >= MOST_WAITING:
                return
            self._rows.append(row)
        self._write_behind.schedule()

    def write(self) -> None:
        """Write the lists since the last time; they are lost when the database is away."""
        with self._lock:
            rows, self._rows = self._rows, []
        try:
            Impression.objects.bulk_create(rows, batch_size=LISTS_PER_INSERT)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.warning("%d lists shown in experiments could not be written down: %s", len(rows), error)


_counter, _impressions = RailCounter(), ImpressionBuffer()


def count_rail(intent: str, *, limit: int, length: int, is_filled: bool) -> None:
    """Count one rail of this process."""
    _counter.count(intent, limit=limit, length=length, is_filled=is_filled)


def record_impression(row: Impression) -> None:
    """Keep a list that was shown until it is written."""
    _impressions.add(row)


def write_counts() -> None:
    """Write the counts of this process at once."""
    _counter.write()


def write_impressions() -> None:
    """Write the lists that this process showed at once."""
    _impressions.write()
