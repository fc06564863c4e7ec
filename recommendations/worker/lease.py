"""A job that must run alone: taken for a while, kept by renewing, free again by itself when its holder dies."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.utils import timezone

from recommendations.models import Lease

# Taken by who asks for a training, given back by the training when it starts.
RETRAINING_ASKED = "retraining asked for"


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


@contextmanager
def lease(name: str, lifetime: timedelta) -> Iterator[HeldLease]:
    """Hold a lease during the block; raises LeaseTaken at once when somebody else has it."""
    held = HeldLease(name, lifetime)
    if not Lease.objects.acquire(name, held.holder, timezone.now() + lifetime):
        raise LeaseTaken(f"Another process holds the lease {name!r}.")
    try:
        yield held
    finally:
        Lease.objects.release(name, held.holder)
