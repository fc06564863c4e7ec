"""Celery tasks: thin, idempotent, with ids or nothing as arguments.

The web process imports this module to enqueue tasks, and must not load what fits models. So this is the one module of
the project with imports inside functions: those of `recommendations.learning`.
"""

import logging
import uuid
from collections.abc import Callable
from functools import partial

from celery import Task, shared_task

from recommendations.jobs.models import Job
from recommendations.jobs.retries import resend_waiting, retry_lost
from recommendations.jobs.tracking import FINE_TUNING, NEW_INTERACTIONS, RATING_TRAINING, SCHEDULE, JobPostponed

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
    """Write the index entries of all products of a category and its subcategories."""
    from recommendations.learning.indexing import reindex_category as reindex_products_of

    reindex_products_of(category_id)


@shared_task
def sweep() -> None:
    """Catch up with lost notifications: stale profiles, changed products, and waiting, due or lost trainings."""
    from recommendations.learning.sweep import catch_up

    catch_up(request_retraining=partial(retrain.delay, started_by=NEW_INTERACTIONS))
    retry_lost(_send)
    resend_waiting(_send)


@shared_task(bind=True)
def retrain(self: Task, job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Train a new version and promote it if it passes its checks; do nothing while another full training runs.

    `job_id`: the job that waits for this run; empty for a new one.
    """
    from recommendations.learning.background import run_training

    _run(self, run_training, job_id, started_by)


@shared_task(bind=True)
def train_ratings(self: Task, job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Fit the rating model and publish it; do nothing with too few ratings or while another such training runs."""
    from recommendations.learning.background import run_rating_training

    _run(self, run_rating_training, job_id, started_by)


@shared_task(bind=True)
def fine_tune(self: Task, job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Fine-tune the promoted version with new events, and publish the result as `retrain` does."""
    from recommendations.learning.background import run_training

    _run(self, partial(run_training, is_fine_tuned=True), job_id, started_by)


@shared_task
def watch() -> None:
    """Run the hourly checks, raise and clear alarms, and request a training when shopper behaviour has drifted."""
    from recommendations.monitoring.alarms import run_checks

    run_checks(request_retraining=retrain.delay)


def _run(task: Task, train: Callable[..., object], job_id: str, started_by: str) -> None:
    """Run a training as the waiting job, or as a job with the id of the message: when the message of a dead worker
    comes again, it finds its job. Send the message of a postponed training again for later."""
    job_id = job_id or task.request.id or str(uuid.uuid4())
    try:
        train(job_id=uuid.UUID(job_id), started_by=started_by, is_retried=task.request.retries > 0)
    except JobPostponed as reason:
        logger.info("Training %s: %s", job_id, reason)
        task.apply_async((job_id, started_by), countdown=reason.seconds)


def _send(row: Job) -> None:
    """Send the message of a training once more."""
    {FINE_TUNING: fine_tune, RATING_TRAINING: train_ratings}.get(row.title, retrain).delay(str(row.pk))
