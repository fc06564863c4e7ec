"""Leases for jobs that must run alone: acquired for a while, renewed while held, expired when the holder dies.

A step such as inverting a large matrix may report nothing for long, so a thread renews the lease. Its lifetime is the
time after which the holder is surely dead, not the length of the job.
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

# Six renewals fall into it. A holder that cannot reach the database for so long has lost the lease.
LIFETIME = timedelta(minutes=3)
RENEWALS_IN_A_LIFETIME = 6
TRAINING, RATING_TRAINING = "training", "rating training"
# Acquired with a request for a training, released by the training when it starts.
TRAINING_REQUESTED = "retraining asked for"
REQUEST_LIFETIME = timedelta(minutes=30)


class LeaseTaken(Exception):
    """Another process holds the lease."""


class LeaseLost(Exception):
    """The lease expired and another process acquired it: results of this holder must not be published."""


class HeldLease:
    """A lease that this process holds until `lifetime` after the last renewal."""

    def __init__(self, name: str, lifetime: timedelta) -> None:
        self.name = name
        self.lifetime = lifetime
        self.holder = uuid.uuid4()
        self._renewed_at = timezone.now()

    def renew(self) -> None:
        """Renew the lease when a tenth of its lifetime is over, so it is cheap to call often; raise LeaseLost."""
        now = timezone.now()
        if now - self._renewed_at < self.lifetime / 10:
            return
        self.confirm()

    def confirm(self) -> None:
        """Renew the lease at once; raise LeaseLost."""
        now = timezone.now()
        if not Lease.objects.renew(self.name, self.holder, now + self.lifetime):
            raise LeaseLost(f"The lease {self.name!r} was lost: another process holds it now.")
        self._renewed_at = now

    def keep(self, is_over: threading.Event) -> None:
        """Renew until `is_over`, or until the lease is lost: the holder's next `confirm` raises then."""
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
    """Return when a lease expires, whether its holder is alive or not; None when it is free."""
    held = Lease.objects.filter(name=name, expires_at__gt=timezone.now())
    return held.values_list("expires_at", flat=True).first()


@contextmanager
def lease(name: str, lifetime: timedelta = LIFETIME) -> Iterator[HeldLease]:
    """Hold a lease during the block; raise LeaseTaken at once when another process holds it."""
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


def request_training_once(send: Callable[[], object]) -> bool:
    """Call `send` unless a training is already requested, and return whether it was called.

    Without this a busy training queue would get a request every minute. When `send` fails, the next caller may request.
    """
    holder = uuid.uuid4()
    if not Lease.objects.acquire(TRAINING_REQUESTED, holder, timezone.now() + REQUEST_LIFETIME):
        return False
    try:
        send()
    except BaseException:
        Lease.objects.release(TRAINING_REQUESTED, holder)
        raise
    return True


def forget_request() -> None:
    """Allow the next request for a training."""
    Lease.objects.filter(name=TRAINING_REQUESTED).delete()
