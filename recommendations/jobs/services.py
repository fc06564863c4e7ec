"""Ask for long work, and for its end."""

import uuid
from datetime import timedelta

from django.utils import timezone

from recommendations.behaviour.services.notifications import notify
from recommendations.jobs.models import Job, Lease
from recommendations.jobs.tracking import RATING_TRAINING

_ASKING = "asking for a training"
_LONGEST_ASKING = timedelta(seconds=30)


class JobRefused(Exception):
    """What was asked for cannot be done; the text says why. Nothing was changed."""


def request_training(*, started_by: str) -> Job:
    """Put a full training into the queue of the workers; raises JobRefused when one waits or runs, or none can hear."""
    holder = uuid.uuid4()
    if not Lease.objects.acquire(_ASKING, holder, timezone.now() + _LONGEST_ASKING):
        raise JobRefused("Somebody else asks for a training at this moment: look at the jobs.")
    try:
        return _request_alone(started_by)
    finally:
        Lease.objects.release(_ASKING, holder)


def _request_alone(started_by: str) -> Job:
    """Look and write; nobody else does so at the same time."""
    open_trainings = Job.objects.open().filter(kind=Job.Kind.TRAINING).exclude(title=RATING_TRAINING)
    if any(not job.is_lost for job in open_trainings):
        raise JobRefused("A training waits or runs already: wait for it to end, or cancel it.")
    row = Job.objects.create(kind=Job.Kind.TRAINING, title="Training by hand", started_by=started_by[:150])
    if not notify("recommendations.tasks.retrain", str(row.pk)):
        row.delete()
        raise JobRefused("The message broker is away, so no worker can be told: check that it runs, and try again.")
    return row


def cancel_job(*, job_id: uuid.UUID) -> Job:
    """End a waiting or lost job at once, and ask a running one to end; raises JobRefused for any other.

    The worker of a lost one hears of it too, should it live.
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
