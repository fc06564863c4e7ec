"""Long work as rows that people can watch and stop: trainings and imports tell here how far they are.

Watching never ends the work: when the behaviour database is away, the job goes on untold. Stopping is cooperative: who
reports learns, at most a second later, that somebody asked for the end, and leaves nothing half-made behind.
"""

import logging
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from recommendations.models import Job
from recommendations.querysets import BEHAVIOUR_DATABASE_ERRORS

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_REPORTS = 1.0
LINES_KEPT = 40
COMMAND_LINE = "command line"
SCHEDULE = "schedule"
WORKER_GONE = "Its worker stopped reporting."
# A training that waited for so long may wait for a message that was lost.
TOLD_AGAIN_AFTER = timedelta(minutes=10)

Progress = Callable[[float, str], None]


class JobCancelled(Exception):
    """The work must end without publishing anything; the text says why."""


class RunningJob:
    """One job in this process's hands; without a row (its database was away) it goes on untold."""

    def __init__(self, row_id: uuid.UUID | None) -> None:
        self.row_id = row_id
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._step = ""
        self._next_at = 0.0

    def report(self, fraction: float, text: str) -> None:
        """Write down how far the work is, 0 to 1, at most once a second; raises JobCancelled when it must end.

        At 1 the work is done: it cannot be cancelled any more.
        """
        if text and text != self._step:
            self._step = text
            self._lines.append(f"{timezone.now():%H:%M:%S}  {text}")
        if time.monotonic() < self._next_at and fraction < 1.0:
            return
        self._next_at = time.monotonic() + SECONDS_BETWEEN_REPORTS
        is_wanted = self._write({"fraction": min(max(fraction, 0.0), 1.0)}, only_wanted=fraction < 1.0)
        if not is_wanted:
            raise JobCancelled("It was cancelled.")

    def finish(self, error: BaseException | None) -> None:
        """Write down how it ended."""
        if isinstance(error, JobCancelled):
            self._end(Job.State.CANCELLED, str(error))
        elif isinstance(error, KeyboardInterrupt):
            self._end(Job.State.CANCELLED, "It was stopped by hand.")
        elif error is not None:
            self._end(Job.State.FAILED, str(error) or type(error).__name__)
        else:
            self._end(Job.State.DONE, "")

    def _end(self, state: Job.State, message: str) -> None:
        columns: dict[str, Any] = {"state": state, "message": message, "finished_at": timezone.now()}
        self._write(columns | ({"fraction": 1.0} if state == Job.State.DONE else {}))

    def _write(self, columns: dict[str, Any], *, only_wanted: bool = False) -> bool:
        """Write columns beside the step, the log and the heartbeat; with only_wanted tell whether to go on."""
        if self.row_id is None:
            return True
        rows = Job.objects.filter(pk=self.row_id)
        told = {"step": self._step[:200], "log": "\n".join(self._lines), "heartbeat_at": timezone.now()}
        try:
            if only_wanted and not rows.filter(cancel_requested_at=None).update(**told, **columns):
                # No row was changed: either somebody asked for the end, or the row is gone.
                return not rows.exists()
            if not only_wanted:
                rows.update(**told, **columns)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.warning("How far job %s is could not be written: %s", self.row_id, error)
        return True


def start(kind: Job.Kind, title: str, *, started_by: str, job_id: uuid.UUID | None = None) -> RunningJob:
    """Return a job that runs from now on: the one that waits under `job_id`, or a new one.

    Raises JobCancelled when the one that waited was cancelled meanwhile, or has been done. Jobs of the kind whose
    worker is gone end.
    """
    now = timezone.now()
    try:
        Job.objects.lost().filter(kind=kind).finish(Job.State.FAILED, WORKER_GONE)
        if job_id is not None and _take(job_id, now):
            return RunningJob(job_id)
        row = Job.objects.create(
            kind=kind,
            title=title[:200],
            state=Job.State.RUNNING,
            started_by=started_by[:150],
            started_at=now,
            heartbeat_at=now,
        )
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.warning("The job %r cannot be followed: %s", title, error)
        return RunningJob(None)
    return RunningJob(row.pk)


def tell_again(tell: Callable[[str], object]) -> int:
    """Send the messages of trainings that have waited for long once more, and return how many; `tell` gets a job's id.

    A message may be lost with the broker that held it; one that was not comes twice, and its training runs once.
    """
    long_ago = timezone.now() - TOLD_AGAIN_AFTER
    waiting = Job.objects.filter(kind=Job.Kind.TRAINING, state=Job.State.QUEUED, created_at__lt=long_ago)
    silent = waiting.filter(Q(heartbeat_at=None) | Q(heartbeat_at__lt=long_ago))
    told = 0
    for job_id in list(silent.values_list("pk", flat=True)):
        if silent.filter(pk=job_id).update(heartbeat_at=timezone.now()):
            tell(str(job_id))
            told += 1
    return told


def _take(job_id: uuid.UUID, now: datetime) -> bool:
    """Run the waiting job; False when it does not wait: its worker died, and the message comes again, or the row is
    gone."""
    rows = Job.objects.filter(pk=job_id)
    if rows.filter(state=Job.State.QUEUED).update(state=Job.State.RUNNING, started_at=now, heartbeat_at=now):
        return True
    ended = rows.exclude(message=WORKER_GONE).values_list("state", flat=True).first()
    if ended == Job.State.CANCELLED:
        raise JobCancelled("It was cancelled before it began.")
    if ended in (Job.State.DONE, Job.State.FAILED):
        raise JobCancelled("It has been done: its message came twice.")
    return False


@contextmanager
def job(
    kind: Job.Kind, title: str, *, started_by: str, job_id: uuid.UUID | None = None, progress: Progress | None = None
) -> Iterator[Progress]:
    """Follow the work of the block, which reports through what is yielded; `progress` hears the same."""
    running = start(kind, title, started_by=started_by, job_id=job_id)

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
