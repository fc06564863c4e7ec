"""The schedules a new shop starts with: made once, and the admin's from then on."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from config import celery_app
from config.broker.schedules import SCHEDULES, seed_schedules

pytestmark = pytest.mark.django_db


def seed(using: str = "default") -> None:
    seed_schedules(sender=apps.get_app_config("django_celery_beat"), using=using)


def test_migrate_makes_them():
    found = {
        row.name: str(row.schedule.run_every if row.interval else row.crontab) for row in PeriodicTask.objects.all()
    }

    assert found.keys() == {schedule.name for schedule in SCHEDULES}
    assert found["catch up with the log"] == "0:01:00"
    assert found["watch for alarms"] == "1:00:00"
    assert found["retrain every night"].startswith("0 3 * * *")
    assert all(PeriodicTask.objects.values_list("description", flat=True))


def test_what_was_changed_in_the_admin_stays():
    row = PeriodicTask.objects.get(name="catch up with the log")
    row.interval = IntervalSchedule.objects.create(every=5, period=IntervalSchedule.MINUTES)
    row.enabled = False
    row.save()
    seed()

    row.refresh_from_db()
    assert (row.interval.every, row.enabled) == (5, False)
    assert PeriodicTask.objects.count() == len(SCHEDULES)


def test_a_missing_one_is_made_again():
    PeriodicTask.objects.all().delete()
    CrontabSchedule.objects.all().delete()
    seed()
    seed()

    assert PeriodicTask.objects.count() == len(SCHEDULES)
    assert CrontabSchedule.objects.count() == len([schedule for schedule in SCHEDULES if not schedule.minutes])


def test_beat_writes_nothing_over_them():
    assert celery_app.conf.beat_schedule == {}
    assert settings.CELERY_BEAT_SCHEDULER == "django_celery_beat.schedulers:DatabaseScheduler"


def test_a_database_without_the_table_is_left_alone(monkeypatch):
    PeriodicTask.objects.all().delete()
    monkeypatch.setattr("config.broker.schedules.router.allow_migrate_model", lambda using, model: False)
    seed()

    assert not PeriodicTask.objects.exists()


def test_each_is_in_the_table_of_the_guide():
    guide = (Path(__file__).resolve().parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    rows = [re.split(r"\s*\|\s*", line.strip("| ")) for line in guide.splitlines() if line.startswith("|")]
    told = {row[0]: row[-1].strip("`") for row in rows}

    assert {schedule.name: told.get(schedule.name) for schedule in SCHEDULES} == {
        schedule.name: schedule.task.rpartition(".")[2] for schedule in SCHEDULES
    }
