"""Request background jobs, and cancel them."""

import uuid
from datetime import timedelta

from django.utils import timezone

from recommendations.behaviour.services.notifications import notify
from recommendations.jobs.models import Job, Lease
from recommendations.jobs.tracking import RATING_TRAINING

_REQUESTING = "asking for a training"
_LONGEST_REQUEST = timedelta(seconds=30)


class JobRefused(Exception):
    """The request cannot be fulfilled; the message says why. Nothing was changed."""


def request_training(*, started_by: str) -> Job:
    """Queue a full training; raise JobRefused when one waits or runs, or when the message broker is away."""
    holder = uuid.uuid4()
    if not Lease.objects.acquire(_REQUESTING, holder, timezone.now() + _LONGEST_REQUEST):
        raise JobRefused("A training is being requested at this moment: look at the jobs.")
    try:
        return _request_alone(started_by)
    finally:
        Lease.objects.release(_REQUESTING, holder)


def _request_alone(started_by: str) -> Job:
    """Check and write, under the lease."""
    open_trainings = Job.objects.open().filter(kind=Job.Kind.TRAINING).exclude(title=RATING_TRAINING)
    if any(not job.is_lost for job in open_trainings):
        raise JobRefused("A training waits or runs already: wait for it to end, or cancel it.")
    row = Job.objects.create(kind=Job.Kind.TRAINING, title="Training by hand", started_by=started_by[:150])
    if not notify("recommendations.tasks.retrain", str(row.pk)):
        row.delete()
        raise JobRefused("The message broker is away, so no worker can be notified: check that it runs, and try again.")
    return row


def cancel_job(*, job_id: uuid.UUID) -> Job:
    """Cancel a waiting or lost job at once, and request a running one to end; raise JobRefused for any other.

    A lost job is also requested to end, in case its worker is alive.
    """
    rows = Job.objects.filter(pk=job_id)
    row = rows.first()
    if row is None:
        raise JobRefused(f"There is no job {job_id}.")
    now = timezone.now()
    idle = rows.lost() if row.is_lost else rows.filter(state=Job.State.QUEUED)
    if row.is_lost:
        idle.update(cancel_requested_at=now)
    if idle.finish(Job.State.CANCELLED, "It was cancelled."):
        row.refresh_from_db()
        return row
    if not rows.filter(state=Job.State.RUNNING).update(cancel_requested_at=now):
        raise JobRefused(f"The job {row.title!r} is {row.shown_state}: there is nothing to cancel.")
    row.refresh_from_db()
    return row
