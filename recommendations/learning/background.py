"""Trainings as background jobs: what prevents one is logged, not raised, so that the task is not retried."""

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from recommendations.jobs.lease import RATING_TRAINING as RATING_LEASE
from recommendations.jobs.lease import TRAINING, LeaseTaken, forget_request, held_until
from recommendations.jobs.models import Job
from recommendations.jobs.retries import postponed_until_free, was_started
from recommendations.jobs.tracking import (
    FINE_TUNING,
    FULL_TRAINING,
    NEW_INTERACTIONS,
    RATING_TRAINING,
    SCHEDULE,
    JobCancelled,
    job,
)
from recommendations.learning.rating_training import RatingTrainingRefused, TooFewRatings, TrainedRatings, train_ratings
from recommendations.learning.sweep import retraining_is_due
from recommendations.learning.training import NothingNew, TrainingRefused, train
from recommendations.serving import handle
from recommendations.versions.models import ModelVersion

logger = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True)
class _Training:
    """A kind of training: the title of its jobs, its lease, and the message when another one holds that."""

    title: str
    lease: str
    not_needed: str


_FULL, _FINE_TUNING = (
    _Training(title, TRAINING, "A training was under way; this request was not needed.")
    for title in (FULL_TRAINING, FINE_TUNING)
)
_RATINGS = _Training(RATING_TRAINING, RATING_LEASE, "Another training of the rating model was under way.")


def run_training(
    *,
    job_id: uuid.UUID | None = None,
    started_by: str = SCHEDULE,
    is_fine_tuned: bool = False,
    is_retried: bool = False,
) -> ModelVersion | None:
    """Train a version as a background job, and return its row.

    Raise JobPostponed while the lease of this job's dead worker lasts, and while a full training waits for a
    fine-tuning.
    """
    kind, waits = (_FINE_TUNING, _never) if is_fine_tuned else (_FULL, _is_fine_tuning)
    training = partial(train, is_fine_tuned=is_fine_tuned)
    return _run(kind, training, job_id=job_id, started_by=started_by, is_retried=is_retried, waits=waits)


def run_rating_training(
    *, job_id: uuid.UUID | None = None, started_by: str = SCHEDULE, is_retried: bool = False
) -> TrainedRatings | None:
    """Train the rating model as a background job; raise JobPostponed while the lease of its dead worker lasts."""
    return _run(_RATINGS, train_ratings, job_id=job_id, started_by=started_by, is_retried=is_retried)


def _never() -> bool:
    return False


def _run(
    kind: _Training,
    train: Callable[..., T],
    *,
    job_id: uuid.UUID | None,
    started_by: str,
    is_retried: bool,
    waits: Callable[[], bool] = _never,
) -> T | None:
    """Run a training; `waits` tells whether it waits for the one that holds its lease, instead of being cancelled."""
    is_started = was_started(job_id)
    if is_started and held_until(kind.lease):
        raise postponed_until_free(kind.lease)
    work = job(Job.Kind.TRAINING, kind.title, started_by=started_by, job_id=job_id, is_retried=is_retried)
    try:
        with work as progress:
            try:
                if started_by == NEW_INTERACTIONS and not (is_started or is_retried):
                    _confirm_due()
                return train(progress=progress)
            except LeaseTaken:
                if is_started or waits():
                    raise postponed_until_free(kind.lease) from None
                raise JobCancelled(kind.not_needed) from None
            except (NothingNew, TooFewRatings) as reason:
                raise JobCancelled(str(reason)) from None
    except JobCancelled as error:
        logger.info("%s ended early: %s", kind.title, error)
    except TrainingRefused as error:
        logger.error("The new model version was refused: %s", error)
    except RatingTrainingRefused as error:
        logger.warning("No new rating model: %s", error)
    return None


def _confirm_due() -> None:
    """Raise JobCancelled when another training has taken in the interactions for which this one was requested."""
    if not retraining_is_due(handle.current()):
        forget_request()
        raise JobCancelled("Another training took in what was new; this request was not needed.")


def _is_fine_tuning() -> bool:
    """Tell whether the running training is a fine-tuning, which does not replace a full one."""
    running = Job.objects.filter(kind=Job.Kind.TRAINING, state=Job.State.RUNNING, title=FINE_TUNING)
    return any(not row.is_lost for row in running)
