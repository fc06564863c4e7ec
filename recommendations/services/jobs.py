"""Ask for long work, and for its end."""

import uuid

from django.utils import timezone

from recommendations.models import Job
from recommendations.services.nudges import nudge
from recommendations.tasks import retrain


class JobRefused(Exception):
    """What was asked for cannot be done; the text says why. Nothing was changed."""


def request_training(*, started_by: str) -> Job:
    """Put a full training into the queue of the workers; raises JobRefused when one waits or runs, or none can hear."""
    open_trainings = Job.objects.open().filter(kind=Job.Kind.TRAINING)
    if any(not job.is_lost for job in open_trainings):
        raise JobRefused("A training waits or runs already: wait for it to end, or cancel it.")
    row = Job.objects.create(kind=Job.Kind.TRAINING, title="Training by hand", started_by=started_by[:150])
    if not nudge(retrain, str(row.pk)):
        row.delete()
        raise JobRefused("The message broker is away, so no worker can be told: check that it runs, and try again.")
    return row


def cancel_job(*, job_id: uuid.UUID) -> Job:
    """End a waiting or lost job at once, and ask a running one to end; raises JobRefused for any other."""
    rows = Job.objects.filter(pk=job_id)
    row = rows.first()
    if row is None:
        raise JobRefused(f"There is no job {job_id}.")
    waiting = rows.filter(state=Job.State.QUEUED) if not row.is_lost else rows.lost()
    if waiting.finish(Job.State.CANCELLED, "It was cancelled."):
        row.refresh_from_db()
        return row
    if not rows.filter(state=Job.State.RUNNING).update(cancel_requested_at=timezone.now()):
        raise JobRefused(f"The job {row.title!r} is {row.shown_state}: there is nothing to cancel.")
    row.refresh_from_db()
    return row
