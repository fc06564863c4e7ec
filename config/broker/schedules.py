"""Schedules that a new shop starts with; from then on the admin changes them.

`CELERY_BEAT_SCHEDULE` stays empty: at each start beat would overwrite with it what the admin changed.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import AppConfig
from django.db import router
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask


@dataclass(frozen=True)
class Schedule:
    """Task that runs every `minutes`, or once a day at `hour`."""

    name: str
    task: str
    description: str
    minutes: int = 0
    hour: int = 0


SCHEDULES = (
    Schedule(
        "catch up with the log",
        "recommendations.tasks.sweep",
        "Finds what no worker was told: stale shoppers, changed products, a training that is due. Without it a lost "
        "message is never made up for.",
        minutes=1,
    ),
    Schedule(
        "retrain every night",
        "recommendations.tasks.retrain",
        "Trains a new model version on the whole log. Choose an hour in which few shop.",
        hour=3,
    ),
    Schedule(
        "train the rating model every night",
        "recommendations.tasks.train_ratings",
        "Learns from reviews and ratings how many stars a shopper would give a product. Without it predictions stay "
        "those of the last training.",
        hour=4,
    ),
    Schedule(
        "fine-tune with what is new",
        "recommendations.tasks.fine_tune",
        "Trains the version that serves on with what happened since, in a fraction of a full training's time; does "
        "nothing when nothing happened.",
        minutes=6 * 60,
    ),
    Schedule(
        "watch for alarms",
        "recommendations.tasks.watch",
        "Measures event rate, coverage, rails that stayed empty and drift, raises and clears alarms, and asks for a "
        "training when shoppers changed.",
        minutes=60,
    ),
)


def seed_schedules(*, sender: AppConfig, using: str, **_: Any) -> None:
    """Create the missing schedules; runs after each `migrate` and changes none that exists."""
    if not router.allow_migrate_model(using, PeriodicTask):
        return
    for schedule in SCHEDULES:
        if not PeriodicTask.objects.using(using).filter(name=schedule.name).exists():
            PeriodicTask.objects.using(using).create(
                name=schedule.name, task=schedule.task, description=schedule.description, **_when(schedule, using)
            )


def _when(schedule: Schedule, using: str) -> dict[str, Any]:
    if schedule.minutes:
        intervals = IntervalSchedule.objects.using(using)
        return {"interval": intervals.get_or_create(every=schedule.minutes, period=IntervalSchedule.MINUTES)[0]}
    crontabs = CrontabSchedule.objects.using(using)
    return {"crontab": crontabs.get_or_create(minute="0", hour=str(schedule.hour))[0]}
