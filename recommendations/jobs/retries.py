"""Retries of trainings whose worker died: one each, when nobody holds the lease.

The lease of a killed worker lasts for some minutes. A worker that receives the training's message again before that
postpones it; where the message was lost too, the sweep finds the job that no longer reports.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from recommendations.jobs import lease, tracking
from recommendations.jobs.models import Job
from recommendations.jobs.tracking import JobPostponed

logger = logging.getLogger(__name__)

SECONDS_AFTER_LEASE = 5.0
# The message of a training that has waited for so long may be lost.
RESENT_AFTER = timedelta(minutes=10)


def lease_of(title: str) -> str:
    """Return the name of the lease of trainings with a title."""
    return lease.RATING_TRAINING if title == tracking.RATING_TRAINING else lease.TRAINING


def was_started(job_id: uuid.UUID | None) -> bool:
    """Tell whether a worker has started this job before and, as far as is known, did not end it."""
    row = Job.objects.filter(pk=job_id).first() if job_id else None
    if row is None:
        return False
    return row.state == Job.State.RUNNING or row.message in (tracking.RETRIED, tracking.WORKER_LOST)


def postponed_until_free(name: str) -> JobPostponed:
    """Return the exception to raise when a job must wait until a lease is free."""
    now = timezone.now()
    seconds = ((lease.held_until(name) or now) - now).total_seconds()
    return JobPostponed(max(seconds, 0.0) + SECONDS_AFTER_LEASE)


def retry_lost(send: Callable[[Job], object]) -> int:
    """Queue the trainings whose worker is lost once more, and return how many; `send` sends the message of a job.

    Jobs that were retried before end, and so do those of a command line. While their lease is held nothing is done:
    the worker may be alive, in one very long step.
    """
    lost = Job.objects.lost().filter(kind=Job.Kind.TRAINING)
    retried = 0
    for row in list(lost):
        if lease.held_until(lease_of(row.title)):
            continue
        unchanged = lost.filter(pk=row.pk, message=row.message)
        if row.cancel_requested_at:
            unchanged.finish(Job.State.CANCELLED, tracking.CANCELLED)
        elif row.message == tracking.RETRIED:
            unchanged.finish(Job.State.FAILED, tracking.LOST_TWICE)
        elif row.started_by == tracking.COMMAND_LINE:
            unchanged.finish(Job.State.FAILED, tracking.WORKER_LOST)
        elif unchanged.update(state=Job.State.QUEUED, message=tracking.RETRIED, heartbeat_at=timezone.now()):
            logger.warning("%s of job %s lost its worker and is retried.", row.title, row.pk)
            send(row)
            retried += 1
    return retried


def resend_waiting(send: Callable[[Job], object]) -> int:
    """Send the messages of trainings that have waited for long once more, and return how many.

    A message may be lost with its broker. When it was not, it arrives twice, and the training runs once.
    """
    long_ago = timezone.now() - RESENT_AFTER
    waiting = Job.objects.filter(kind=Job.Kind.TRAINING, state=Job.State.QUEUED, created_at__lt=long_ago)
    silent = waiting.filter(Q(heartbeat_at=None) | Q(heartbeat_at__lt=long_ago))
    sent = 0
    for row in list(silent):
        if silent.filter(pk=row.pk).update(heartbeat_at=timezone.now()):
            send(row)
            sent += 1
    return sent
