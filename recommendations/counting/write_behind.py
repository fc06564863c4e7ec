"""What a process keeps in memory and writes down together: twice a minute, and when it ends in peace."""

import atexit
import threading
from collections.abc import Callable

from django.conf import settings
from django.db import connections, models, router


class LaterWriting:
    """Calls `write` in a thread some time after it was first asked for, once for all who ask meanwhile.

    about: whose database the thread's connection is of. What a killed process had not written is lost with it.
    """

    def __init__(self, write: Callable[[], None], about: type[models.Model]) -> None:
        self._write, self._about = write, about
        self._lock = threading.Lock()
        self._is_due = self._is_promised = False

    def ask(self) -> None:
        """See to it that `write` is called; not at all where RAIL_COUNTS_AFTER_SECONDS is 0."""
        seconds: int = settings.RAIL_COUNTS_AFTER_SECONDS
        if self._is_due or not seconds:
            return
        with self._lock:
            is_first, self._is_due = not self._is_due, True
            if not self._is_promised:
                atexit.register(self._write_and_close)
                self._is_promised = True
        if is_first:
            timer = threading.Timer(seconds, self._write_and_close)
            timer.daemon = True
            timer.start()

    def _write_and_close(self) -> None:
        self._is_due = False  # before the writing: who asks from now on may come too late for it
        try:
            self._write()
        finally:
            connections[router.db_for_write(self._about)].close()
