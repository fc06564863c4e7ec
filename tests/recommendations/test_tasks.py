"""Tasks are registered, routed, and take ids or nothing."""

import inspect

import pytest

from config.broker.schedules import SCHEDULES
from config.celery import app
from recommendations import tasks

NAMES = ["refresh_shopper", "reindex_products", "reindex_category", "sweep", "retrain", "train_ratings", "watch"]


@pytest.mark.parametrize("name", NAMES)
def test_every_task_is_known_by_its_name(name):
    assert f"recommendations.tasks.{name}" in app.tasks


def test_what_the_schedule_and_the_routes_name_exists(settings):
    named = {schedule.task for schedule in SCHEDULES} | set(settings.CELERY_TASK_ROUTES)

    assert named <= set(app.tasks)


def test_training_has_a_queue_of_its_own():
    assert app.amqp.router.route({}, "recommendations.tasks.retrain")["queue"].name == "training"
    assert app.amqp.router.route({}, "recommendations.tasks.train_ratings")["queue"].name == "training"
    assert app.amqp.router.route({}, "recommendations.tasks.refresh_shopper")["queue"].name == "realtime"


@pytest.mark.parametrize("name", NAMES)
def test_arguments_are_ids(name):
    assert {
        str(parameter.annotation) for parameter in inspect.signature(getattr(tasks, name).run).parameters.values()
    } <= {"<class 'str'>", "list[str]"}
