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

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.jobs.models import Job, JobQuerySet

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_REPORTS = 1.0
LINES_KEPT = 40
COMMAND_LINE = "command line"
SCHEDULE = "schedule"
NEW_INTERACTIONS = "new interactions"
# Titles of trainings; any other one is of a full training that somebody asked for.
FULL_TRAINING, FINE_TUNING, RATING_TRAINING = "Full training", "Fine-tuning", "Rating training"
WORKER_GONE = "Its worker stopped reporting."
# On a job that waits or runs: this is its second try, and there will be no third.
ONCE_MORE = "It ended early, and is tried once more."
GONE_TWICE = "Its worker stopped reporting, twice."
# State and message of a job whose worker seems gone, and the message it had.
_TAKEN_FOR_DEAD = (
    (Job.State.FAILED, WORKER_GONE, ""),
    (Job.State.QUEUED, ONCE_MORE, ""),
    (Job.State.FAILED, GONE_TWICE, ONCE_MORE),
)
# A training that waited for so long may wait for a message that was lost.
TOLD_AGAIN_AFTER = timedelta(minutes=10)

Progress = Callable[[float, str], None]


class JobCancelled(Exception):
    """The work must end without publishing anything; the text says why."""


class JobPostponed(Exception):
    """The work cannot be done yet: its job waits, and its message must be sent again."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"It waits for another {seconds:.0f} s.")
        self.seconds = seconds


class RunningJob:
    """One job in this process's hands; without a row (its database was away) it goes on untold.

    started_at: what tells this try from another one of the same job; None: there is but one.
    """

    def __init__(self, row_id: uuid.UUID | None, started_at: datetime | None = None) -> None:
        self.row_id = row_id
        self._try = {} if started_at is None else {"started_at": started_at}
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
        if isinstance(error, JobPostponed):
            self._write({"state": Job.State.QUEUED})
        elif isinstance(error, JobCancelled):
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
        told = columns | {
            "step": self._step[:200],
            "log": "\n".join(self._lines),
            "heartbeat_at": timezone.now(),
        }
        try:
            rows = Job.objects.filter(pk=self.row_id, **self._try)
            if only_wanted:
                return _may_go_on(rows.filter(cancel_requested_at=None), told) or not _is_there(self.row_id)
            rows.update(**told)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.warning("How far job %s is could not be written: %s", self.row_id, error)
        return True


def _may_go_on(wanted: JobQuerySet, told: dict[str, Any]) -> bool:
    """Write what is told into one job and return True; False when somebody asked for its end or it was begun anew."""
    if wanted.filter(state=Job.State.RUNNING).update(**told):
        return True
    back = told | {"state": Job.State.RUNNING, "finished_at": None}
    return any(
        wanted.filter(state=state, message=message).update(message=before, **back)
        for state, message, before in _TAKEN_FOR_DEAD
    )


def _is_there(job_id: uuid.UUID) -> bool:
    return Job.objects.filter(pk=job_id).exists()


def start(
    kind: Job.Kind, title: str, *, started_by: str, job_id: uuid.UUID | None = None, is_retried: bool = False
) -> RunningJob:
    """Return a job that runs from now on: the one of `job_id`, which may wait, or a new one.

    One that runs already is tried once more, so make sure that its worker is gone; with is_retried one that failed is
    too. Raises JobCancelled when it was cancelled meanwhile, has been done, or had its second try. Jobs of the kind
    whose worker is gone end.
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
        logger.warning("The job %r cannot be followed: %s", title, error)
        return RunningJob(None)
    return RunningJob(row.pk, now)


def tell_again(tell: Callable[[Job], object]) -> int:
    """Send the messages of trainings that have waited for long once more, and return how many.

    A message may be lost with the broker that held it; one that was not comes twice, and its training runs once.
    """
    long_ago = timezone.now() - TOLD_AGAIN_AFTER
    waiting = Job.objects.filter(kind=Job.Kind.TRAINING, state=Job.State.QUEUED, created_at__lt=long_ago)
    silent = waiting.filter(Q(heartbeat_at=None) | Q(heartbeat_at__lt=long_ago))
    told = 0
    for row in list(silent):
        if silent.filter(pk=row.pk).update(heartbeat_at=timezone.now()):
            tell(row)
            told += 1
    return told


def _end_lost(kind: Job.Kind) -> None:
    lost = Job.objects.lost().filter(kind=kind)
    lost.filter(message=ONCE_MORE).finish(Job.State.FAILED, GONE_TWICE)
    lost.finish(Job.State.FAILED, WORKER_GONE)


def _take(job_id: uuid.UUID, now: datetime, is_retried: bool) -> bool:
    """Run the job that waits, or try one once more whose worker died; False when there is none."""
    rows = Job.objects.filter(pk=job_id)
    running = {"state": Job.State.RUNNING, "started_at": now, "heartbeat_at": now}
    if rows.filter(state=Job.State.QUEUED).update(**running):
        return True
    row = rows.first()
    if row is None:
        return False
    if row.state == Job.State.CANCELLED:
        raise JobCancelled("It was cancelled before it began.")
    found = rows.filter(state=row.state, message=row.message, started_at=row.started_at)
    if row.state == Job.State.RUNNING and row.cancel_requested_at:
        found.finish(Job.State.CANCELLED, "It was cancelled.")
        raise JobCancelled("It was cancelled.")
    if row.state == Job.State.RUNNING and row.message == ONCE_MORE:
        found.finish(Job.State.FAILED, GONE_TWICE)
        raise JobCancelled(GONE_TWICE)
    had_one_try = row.state == Job.State.FAILED and (is_retried or row.message == WORKER_GONE)
    is_wanted = row.state == Job.State.RUNNING or (had_one_try and row.message != GONE_TWICE)
    if is_wanted and found.update(message=ONCE_MORE, finished_at=None, **running):
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
    """Follow the work of the block, which reports through what is yielded; `progress` hears the same.

    The rest is `start`'s.
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
