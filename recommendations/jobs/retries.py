"""Trainings whose worker died: each is tried once more, when nobody holds its lease.

The lease of who was killed lasts for some minutes. The message of the training, which a worker may get again at once,
is sent anew for when it is over; where the message died too, the sweep finds a job that reports no more.
"""

import logging
import uuid
from collections.abc import Callable

from django.utils import timezone

from recommendations.jobs.models import Job
from recommendations.jobs import lease, tracking
from recommendations.jobs.tracking import JobPostponed

logger = logging.getLogger(__name__)

SECONDS_AFTER_LEASE = 5.0


def was_begun(job_id: uuid.UUID | None) -> bool:
    """Tell whether a worker has begun this job before and did not end it, as far as anybody knows."""
    row = Job.objects.filter(pk=job_id).first() if job_id else None
    if row is None:
        return False
    return row.state == Job.State.RUNNING or row.message in (tracking.ONCE_MORE, tracking.WORKER_GONE)


def when_free(name: str) -> JobPostponed:
    """Return, to be raised, that the work must wait until a lease may be free."""
    now = timezone.now()
    seconds = ((lease.held_until(name) or now) - now).total_seconds()
    return JobPostponed(max(seconds, 0.0) + SECONDS_AFTER_LEASE)


def revive_lost(tell: Callable[[Job], object]) -> int:
    """Put trainings whose worker is gone into the queue once more, and return how many; `tell` sends the message.

    Those that had their second try end, and so do those begun on a command line. While somebody holds their lease
    nothing is done: it may be a worker that lives and does one very long step.
    """
    lost = Job.objects.lost().filter(kind=Job.Kind.TRAINING)
    revived = 0
    for row in list(lost):
        if lease.held_until(lease.RATING_TRAINING if row.title == tracking.RATING_TRAINING else lease.TRAINING):
            continue
        mine = lost.filter(pk=row.pk, message=row.message)
        if row.cancel_requested_at:
            mine.finish(Job.State.CANCELLED, "It was cancelled.")
        elif row.message == tracking.ONCE_MORE:
            mine.finish(Job.State.FAILED, tracking.GONE_TWICE)
        elif row.started_by == tracking.COMMAND_LINE:
            mine.finish(Job.State.FAILED, tracking.WORKER_GONE)
        elif mine.update(state=Job.State.QUEUED, message=tracking.ONCE_MORE, heartbeat_at=timezone.now()):
            logger.warning("%s of job %s lost its worker and is tried once more.", row.title, row.pk)
            tell(row)
            revived += 1
    return revived
