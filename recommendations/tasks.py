"""Celery tasks: thin, idempotent, with ids or nothing as arguments.

`recommendations.worker` is imported inside the functions, the one place where this project does so: the web process
imports this module to enqueue, and must not load what fits models.
"""

import uuid

from celery import shared_task

from recommendations.jobs import SCHEDULE, tell_again


@shared_task
def refresh_shopper(shopper_id: str) -> None:
    """Recompute one shopper's profile from their whole log."""
    from recommendations.worker.refresh import refresh_shoppers

    refresh_shoppers([shopper_id])


@shared_task
def reindex_products(product_ids: list[str]) -> None:
    """Write the index entries of products that were saved since the promoted version was built."""
    from recommendations.worker.indexing import reindex

    reindex(product_ids)


@shared_task
def reindex_category(category_id: str) -> None:
    """Do so for every product of a category and those below it."""
    from recommendations.worker.indexing import reindex_category as reindex_products_of

    reindex_products_of(category_id)


@shared_task
def sweep() -> None:
    """Catch up with what no nudge told: stale profiles, changed products, trainings that wait or are due."""
    from recommendations.worker.sweep import catch_up

    catch_up(request_retraining=retrain.delay)
    tell_again(retrain.delay)


@shared_task
def retrain(job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Train a new version and promote it if it passes its checks; does nothing while another training runs.

    `job_id`: the job that waits for this run; without one a new one is written.
    """
    from recommendations.worker.training import retrain_alone

    retrain_alone(job_id=uuid.UUID(job_id) if job_id else None, started_by=started_by)


@shared_task
def train_ratings() -> None:
    """Fit the rating model anew and publish it; does nothing with too few ratings or while another training runs."""
    from recommendations.worker.rating_training import train_ratings_alone

    train_ratings_alone()


@shared_task
def fine_tune(job_id: str = "", started_by: str = SCHEDULE) -> None:
    """Train the promoted version on with what is new, and publish it as `retrain` does."""
    from recommendations.worker.training import retrain_alone

    retrain_alone(job_id=uuid.UUID(job_id) if job_id else None, started_by=started_by, is_fine_tuned=True)


@shared_task
def watch() -> None:
    """Measure how recommendations fare, raise and clear alarms, and ask for a training when shoppers changed."""
    from recommendations.worker.watching import watch as measure

    measure(request_retraining=retrain.delay)
