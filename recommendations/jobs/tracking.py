"""Background jobs as rows that people can watch and cancel: trainings and imports report their progress here.

Tracking never ends a job: when the behaviour database is away, the job continues untracked. Cancelling is cooperative:
within a second of a request to end, the next report raises JobCancelled, and the job leaves nothing half-made behind.
"""

import logging
import time
import uuid
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils import timezone

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.jobs.models import Job, JobQuerySet
from recommendations.jobs.progress import Progress

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_REPORTS = 1.0
LINES_KEPT = 40
COMMAND_LINE = "command line"
SCHEDULE = "schedule"
NEW_INTERACTIONS = "new interactions"
# Titles of trainings; any other title is of a full training that a person requested.
FULL_TRAINING, FINE_TUNING, RATING_TRAINING = "Full training", "Fine-tuning", "Rating training"
WORKER_LOST = "Its worker stopped reporting."
# On a job that waits or runs: it is being retried, and there is no second retry.
RETRIED = "It ended early, and is tried once more."
LOST_TWICE = "Its worker stopped reporting, twice."
CANCELLED = "It was cancelled."
STOPPED_BY_HAND = "It was stopped by hand."
# State and message of a job whose worker seems dead, and the message before.
_PRESUMED_DEAD = (
    (Job.State.FAILED, WORKER_LOST, ""),
    (Job.State.QUEUED, RETRIED, ""),
    (Job.State.FAILED, LOST_TWICE, RETRIED),
)


class JobCancelled(Exception):
    """The job must end without publishing anything; the message says why."""


class JobPostponed(Exception):
    """The job cannot run yet: it is queued again, and its message must be sent again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"It waits for another {seconds:.0f} s.")
        self.seconds = seconds


class RunningJob:
    """A job that runs in this process; without a row, as its database was away, it runs untracked.

    `started_at` distinguishes this run from a retry of the same job; None: there is only one.
    """

    def __init__(self, row_id: uuid.UUID | None, started_at: datetime | None = None) -> None:
        self.row_id = row_id
        self._run = {} if started_at is None else {"started_at": started_at}
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._step = ""
        self._next_at = 0.0

    def report(self, fraction: float, text: str) -> None:
        """Record the progress, 0 to 1, at most once a second; raise JobCancelled when the job must end.

        At 1 the job is done and cannot be cancelled any more.
        """
        if text and text != self._step:
            self._step = text
            self._lines.append(f"{timezone.now():%H:%M:%S}  {text}")
        if time.monotonic() < self._next_at and fraction < 1.0:
            return
        self._next_at = time.monotonic() + SECONDS_BETWEEN_REPORTS
        if not self._write({"fraction": min(max(fraction, 0.0), 1.0)}, unless_cancelled=fraction < 1.0):
            raise JobCancelled(CANCELLED)

    def finish(self, error: BaseException | None) -> None:
        """Record how the job ended."""
        if isinstance(error, JobPostponed):
            self._write({"state": Job.State.QUEUED})
        elif isinstance(error, JobCancelled):
            self._end(Job.State.CANCELLED, str(error))
        elif isinstance(error, KeyboardInterrupt):
            self._end(Job.State.CANCELLED, STOPPED_BY_HAND)
        elif error is not None:
            self._end(Job.State.FAILED, str(error) or type(error).__name__)
        else:
            self._end(Job.State.DONE, "")

    def _end(self, state: Job.State, message: str) -> None:
        columns: dict[str, Any] = {"state": state, "message": message, "finished_at": timezone.now()}
        self._write(columns | ({"fraction": 1.0} if state == Job.State.DONE else {}))

    def _write(self, columns: dict[str, Any], *, unless_cancelled: bool = False) -> bool:
        """Write columns with step, log and heartbeat; with `unless_cancelled` return whether the job may continue."""
        if self.row_id is None:
            return True
        columns = columns | {
            "step": self._step[:200],
            "log": "\n".join(self._lines),
            "heartbeat_at": timezone.now(),
        }
        try:
            rows = Job.objects.filter(pk=self.row_id, **self._run)
            if unless_cancelled:
                return _continues(rows.filter(cancel_requested_at=None), columns) or not _is_there(self.row_id)
            rows.update(**columns)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.warning("The progress of job %s could not be written: %s", self.row_id, error)
        return True


def _continues(row: JobQuerySet, columns: dict[str, Any]) -> bool:
    """Write columns into one job and return True; False when it was cancelled or restarted."""
    if row.filter(state=Job.State.RUNNING).update(**columns):
        return True
    back = columns | {"state": Job.State.RUNNING, "finished_at": None}
    return any(
        row.filter(state=state, message=message).update(message=before, **back)
        for state, message, before in _PRESUMED_DEAD
    )


def _is_there(job_id: uuid.UUID) -> bool:
    return Job.objects.filter(pk=job_id).exists()


def start(
    kind: Job.Kind, title: str, *, started_by: str, job_id: uuid.UUID | None = None, is_retried: bool = False
) -> RunningJob:
    """Start the job `job_id`, or a new one, and return it. Jobs of the same kind whose worker is lost end.

    A job that runs already is retried, so make sure that its worker is dead; with `is_retried` a failed one is, too.
    Raise JobCancelled when the job was cancelled, has been done, or was retried before.
    """
    now = timezone.now()
    try:
        _end_lost(kind)
        if job_id is not None and _take(job_id, now, is_retried):
            return RunningJob(job_id, now)
        row = Job.objects.create(
            pk=job_id or uuid.uuid4(),
            kind=kind,
            title=title[:200],
            state=Job.State.RUNNING,
            started_by=started_by[:150],
            started_at=now,
            heartbeat_at=now,
        )
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.warning("The job %r cannot be tracked: %s", title, error)
        return RunningJob(None)
    return RunningJob(row.pk, now)


def _end_lost(kind: Job.Kind) -> None:
    lost = Job.objects.lost().filter(kind=kind)
    lost.filter(message=RETRIED).finish(Job.State.FAILED, LOST_TWICE)
    lost.finish(Job.State.FAILED, WORKER_LOST)


def _take(job_id: uuid.UUID, now: datetime, is_retried: bool) -> bool:
    """Start the waiting job, or retry one whose worker died; return False when there is none."""
    rows = Job.objects.filter(pk=job_id)
    running = {"state": Job.State.RUNNING, "started_at": now, "heartbeat_at": now}
    if rows.filter(state=Job.State.QUEUED).update(**running):
        return True
    row = rows.first()
    if row is None:
        return False
    if row.state == Job.State.CANCELLED:
        raise JobCancelled("It was cancelled before it began.")
    unchanged = rows.filter(state=row.state, message=row.message, started_at=row.started_at)
    if row.state == Job.State.RUNNING and row.cancel_requested_at:
        unchanged.finish(Job.State.CANCELLED, CANCELLED)
        raise JobCancelled(CANCELLED)
    if row.state == Job.State.RUNNING and row.message == RETRIED:
        unchanged.finish(Job.State.FAILED, LOST_TWICE)
        raise JobCancelled(LOST_TWICE)
    failed_once = row.state == Job.State.FAILED and (is_retried or row.message == WORKER_LOST)
    may_retry = row.state == Job.State.RUNNING or (failed_once and row.message != LOST_TWICE)
    if may_retry and unchanged.update(message=RETRIED, finished_at=None, **running):
        return True
    raise JobCancelled("It has been done: its message came twice.")


@contextmanager
def job(
    kind: Job.Kind,
    title: str,
    *,
    started_by: str,
    job_id: uuid.UUID | None = None,
    is_retried: bool = False,
    progress: Progress | None = None,
) -> Iterator[Progress]:
    """Track the work of the block, which reports through the yielded callable; `progress` receives the same reports.

    The other parameters are those of `start`.
    """
    running = start(kind, title, started_by=started_by, job_id=job_id, is_retried=is_retried)

    def report(fraction: float, text: str) -> None:
        running.report(fraction, text)
        if progress is not None:
            progress(fraction, text)

    try:
        yield report
    except BaseException as error:
        running.finish(error)
        raise
    running.finish(None)
