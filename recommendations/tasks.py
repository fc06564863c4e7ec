"""Celery tasks: thin, idempotent, with ids or nothing as arguments.

`recommendations.learning` is imported inside the functions, the one place where this project does so: the web process
imports this module to enqueue, and must not load what fits models.
"""

import logging
import uuid
from collections.abc import Callable
from functools import partial

from celery import Task, shared_task

from recommendations.jobs.models import Job
from recommendations.jobs.tracking import (
    FINE_TUNING,
    NEW_INTERACTIONS,
    RATING_TRAINING,
    SCHEDULE,
    JobPostponed,
    tell_again,
)

logger = logging.getLogger(__name__)


@shared_task
def refresh_shopper(shopper_id: str) -> None:
    """Recompute one shopper's profile from their whole log."""
    from recommendations.learning.refresh import refresh_shoppers

    refresh_shoppers([shopper_id])


@shared_task
def reindex_products(product_ids: list[str]) -> None:
    """Write the index entries of products that were saved since the promoted version was built."""
    from recommendations.learning.indexing import reindex

    reindex(product_ids)


@shared_task
def reindex_category(category_id: str) -> None:
    """Do so for every product of a category and those below it."""
    from recommendations.learning.indexing import reindex_category as reindex_products_of

    reindex_products_of(category_id)


@shared_task
def sweep() -> None:
    """Catch up with lost notifications: stale profiles, changed products, and waiting, due or lost trainings."""
    from recommendations.jobs.retries import revive_lost
    from recommendations.learning.sweep import catch_up

    catch_up(request_retraining=partial(retrain.delay, started_by=NEW_INTERACTIONS))
    revive_lost(_tell)
    tell_again(_tell)


@shared_task(bind=True)
def retrain(self: Task, job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Train a new version and promote it if it passes its checks; not needed while another full training runs.

    `job_id`: the job that waits for this run; without one a new one is written.
    """
    from recommendations.learning.training import retrain_alone

    _run(self, retrain_alone, job_id, started_by)


@shared_task(bind=True)
def train_ratings(self: Task, job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Fit the rating model anew and publish it; does nothing with too few ratings or while another training runs."""
    from recommendations.learning.rating_training import train_ratings_alone

    _run(self, train_ratings_alone, job_id, started_by)


@shared_task(bind=True)
def fine_tune(self: Task, job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Train the promoted version on with what is new, and publish it as `retrain` does."""
    from recommendations.learning.training import retrain_alone

    _run(self, partial(retrain_alone, is_fine_tuned=True), job_id, started_by)


@shared_task
def watch() -> None:
    """Measure how recommendations fare, raise and clear alarms, and ask for a training when shoppers changed."""
    from recommendations.monitoring.watching import watch as measure

    measure(request_retraining=retrain.delay)


def _run(task: Task, train: Callable[..., object], job_id: str, started_by: str) -> None:
    """Do a training as the job that waits for it, or as one with the id of the message, by which it is known when a
    dead worker's message comes again. What must wait is sent anew for later."""
    known = job_id or task.request.id or str(uuid.uuid4())
    try:
        train(job_id=uuid.UUID(known), started_by=started_by, is_retried=task.request.retries > 0)
    except JobPostponed as reason:
        logger.info("Training %s: %s", known, reason)
        task.apply_async((known, started_by), countdown=reason.seconds)


def _tell(row: Job) -> None:
    """Send the message of a training once more."""
    {FINE_TUNING: fine_tune, RATING_TRAINING: train_ratings}.get(row.title, retrain).delay(str(row.pk))
