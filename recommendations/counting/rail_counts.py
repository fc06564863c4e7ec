"""How many rails were answered and how many not as asked, counted in memory and written down twice a minute.

No request waits for it. What a process that is killed counted since it last wrote is lost with it: a figure, not the
truth.
"""

import logging
import threading
from collections import Counter
from datetime import datetime

from django.utils import timezone

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.counting.models import RailCount
from recommendations.counting.write_behind import LaterWriting

logger = logging.getLogger(__name__)


class RailCounter:
    """Counts of one process, by hour and intent."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[tuple[datetime, str], Counter[str]] = {}
        self._later = LaterWriting(self.write, RailCount)

    def count(self, intent: str, *, asked: int, found: int, is_filled: bool) -> None:
        """Count one rail: empty, else short of what was asked, else filled up with popular products, else well."""
        kind = "empty" if not found else "short" if found < asked else "fallback" if is_filled else "answered"
        hour = timezone.now().replace(minute=0, second=0, microsecond=0)
        with self._lock:
            counts = self._counts.setdefault((hour, intent), Counter())
            counts.update({"answered", kind})
        self._later.ask()

    def write(self) -> None:
        """Write down what was counted since the last time; lost when the database is away."""
        with self._lock:
            counts, self._counts = self._counts, {}
        for (hour, intent), numbers in counts.items():
            try:
                RailCount.objects.add(hour, intent, **numbers)
            except BEHAVIOUR_DATABASE_ERRORS as error:
                logger.warning("%d rails of %s could not be counted: %s", numbers["answered"], intent, error)


_counter = RailCounter()


def count_rail(intent: str, *, asked: int, found: int, is_filled: bool) -> None:
    """Count one rail of this process."""
    _counter.count(intent, asked=asked, found=found, is_filled=is_filled)


def write_counts() -> None:
    """Write down at once what this process counted."""
    _counter.write()
