"""Trainings as background jobs: what prevents one is logged, not raised, so that the task is not retried."""

import logging
import uuid
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from recommendations.jobs.lease import LeaseTaken, forget_request, held_until
from recommendations.jobs.models import Job
from recommendations.jobs.retries import lease_of, postponed_until_free, was_started
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


def run_training(
    *,
    job_id: uuid.UUID | None = None,
    started_by: str = SCHEDULE,
    is_retried: bool = False,
    is_fine_tuned: bool = False,
) -> ModelVersion | None:
    """Train a version as a background job, and return its row.

    Raise JobPostponed while the lease of this job's dead worker lasts, and while a full training waits for a
    fine-tuning.
    """
    title = FINE_TUNING if is_fine_tuned else FULL_TRAINING
    return _run(title, partial(train, is_fine_tuned=is_fine_tuned), job_id, started_by, is_retried)


def run_rating_training(
    *, job_id: uuid.UUID | None = None, started_by: str = SCHEDULE, is_retried: bool = False
) -> TrainedRatings | None:
    """Train the rating model as a background job; raise JobPostponed while the lease of its dead worker lasts."""
    return _run(RATING_TRAINING, train_ratings, job_id, started_by, is_retried)


def _run(title: str, train: Callable[..., T], job_id: uuid.UUID | None, started_by: str, is_retried: bool) -> T | None:
    lease_name, is_started = lease_of(title), was_started(job_id)
    if is_started and held_until(lease_name):
        raise postponed_until_free(lease_name)
    work = job(Job.Kind.TRAINING, title, started_by=started_by, job_id=job_id, is_retried=is_retried)
    try:
        with work as progress:
            try:
                if started_by == NEW_INTERACTIONS and not (is_started or is_retried):
                    _confirm_due()
                return train(progress=progress)
            except LeaseTaken:
                if is_started or (title == FULL_TRAINING and _is_fine_tuning()):
                    raise postponed_until_free(lease_name) from None
                raise JobCancelled("A training was under way; this request was not needed.") from None
            except (NothingNew, TooFewRatings) as reason:
                raise JobCancelled(str(reason)) from None
    except JobCancelled as error:
        logger.info("%s ended early: %s", title, error)
    except TrainingRefused as error:
        logger.error("The new model version was refused: %s", error)
    except RatingTrainingRefused as error:
        logger.warning("No new rating model: %s", error)
    return None


def _confirm_due() -> None:
    """Raise JobCancelled when another training has taken in the interactions for which this one was requested."""
    if not retraining_is_due(handle.current()):
        forget_request()
        raise JobCancelled("Another training took in the new events; this request was not needed.")


def _is_fine_tuning() -> bool:
    """Tell whether the running training is a fine-tuning, which does not replace a full one."""
    running = Job.objects.filter(kind=Job.Kind.TRAINING, state=Job.State.RUNNING, title=FINE_TUNING)
    return any(not row.is_lost for row in running)
