"""Buffer of the lists that experiments showed, written to the database twice a minute."""

import logging
import threading

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.counting.models import Impression
from recommendations.counting.write_behind import LaterWriting

logger = logging.getLogger(__name__)

# More lists than this wait only while the database is away; the newest are then dropped.
MOST_WAITING = 20_000

LISTS_PER_INSERT = 500


class ImpressionBuffer:
    """Lists shown by this process that are not written down yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Impression] = []
        self._later = LaterWriting(self.write, Impression)

    def add(self, row: Impression) -> None:
        """Keep a list until the next writing, which the first one asks for."""
        with self._lock:
            if len(self._rows) >= MOST_WAITING:
                return
            self._rows.append(row)
        self._later.ask()

    def write(self) -> None:
        """Write down what was shown since the last time; lost when the database is away."""
        with self._lock:
            rows, self._rows = self._rows, []
        try:
            Impression.objects.bulk_create(rows, batch_size=LISTS_PER_INSERT)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.warning("%d lists shown in experiments could not be written down: %s", len(rows), error)


_buffer = ImpressionBuffer()


def record_impression(row: Impression) -> None:
    """Keep a list that was shown until it is written down."""
    _buffer.add(row)


def write_impressions() -> None:
    """Write down at once what this process showed."""
    _buffer.write()
