"""A job that must run alone: taken for a while, kept by renewing, free again by itself when its holder dies.

A step may be silent for long, such as inverting a large matrix, so a thread renews beside it: the lease is as long as
it takes to be sure that the holder is dead, not as long as the job.
"""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connections
from django.utils import timezone

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.jobs.models import Lease

logger = logging.getLogger(__name__)

# Six renewals fall into it; a holder that cannot reach the database for so long has lost it.
LIFETIME = timedelta(minutes=3)
RENEWALS_IN_A_LIFETIME = 6
TRAINING, RATING_TRAINING = "training", "rating training"
# Taken by who asks for a training, given back by the training when it starts.
RETRAINING_ASKED = "retraining asked for"
REQUEST_LIFETIME = timedelta(minutes=30)


class LeaseTaken(Exception):
    """Somebody else does the job."""


class LeaseLost(Exception):
    """The lease expired and somebody else took it: whatever this holder made must not be published."""


class HeldLease:
    """A lease in this process's hands until `lifetime` after the last renewal."""

    def __init__(self, name: str, lifetime: timedelta) -> None:
        self.name = name
        self.lifetime = lifetime
        self.holder = uuid.uuid4()
        self._renewed_at = timezone.now()

    def renew(self) -> None:
        """Keep the lease; raises LeaseLost. Cheap to call often: it writes only when a tenth of the time is over."""
        now = timezone.now()
        if now - self._renewed_at < self.lifetime / 10:
            return
        self.confirm()

    def confirm(self) -> None:
        """Keep the lease and be sure of it; raises LeaseLost."""
        now = timezone.now()
        if not Lease.objects.renew(self.name, self.holder, now + self.lifetime):
            raise LeaseLost(f"The lease {self.name!r} was lost: another process does the job now.")
        self._renewed_at = now

    def keep(self, is_over: threading.Event) -> None:
        """Renew until it is over, or until the lease is lost: `confirm` tells the holder."""
        while not is_over.wait(self.lifetime.total_seconds() / RENEWALS_IN_A_LIFETIME):
            try:
                self.confirm()
            except LeaseLost:
                return
            except BEHAVIOUR_DATABASE_ERRORS as error:
                logger.warning("The lease %r could not be renewed: %s", self.name, error)
            finally:
                connections.close_all()  # this thread's own


def held_until(name: str) -> datetime | None:
    """Return until when somebody holds a lease unless it is renewed, dead or alive; None when it is free."""
    held = Lease.objects.filter(name=name, expires_at__gt=timezone.now())
    return held.values_list("expires_at", flat=True).first()


@contextmanager
def lease(name: str, lifetime: timedelta = LIFETIME) -> Iterator[HeldLease]:
    """Hold a lease during the block; raises LeaseTaken at once when somebody else has it."""
    held = HeldLease(name, lifetime)
    if not Lease.objects.acquire(name, held.holder, timezone.now() + lifetime):
        raise LeaseTaken(f"Another process holds the lease {name!r}.")
    is_over = threading.Event()
    keeper = threading.Thread(target=held.keep, args=(is_over,), name=f"lease {name}", daemon=True)
    keeper.start()
    try:
        yield held
    finally:
        is_over.set()
        keeper.join()
        Lease.objects.release(name, held.holder)


def ask_for_training(request: Callable[[], object]) -> bool:
    """Call `request` unless a training is asked for already, and tell whether it was called.

    Without this a busy training queue would get a request every minute. Where the request fails, the next one may ask.
    """
    holder = uuid.uuid4()
    if not Lease.objects.acquire(RETRAINING_ASKED, holder, timezone.now() + REQUEST_LIFETIME):
        return False
    try:
        request()
    except BaseException:
        Lease.objects.release(RETRAINING_ASKED, holder)
        raise
    return True
