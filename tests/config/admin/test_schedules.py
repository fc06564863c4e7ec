"""Schedules in the admin: read at a glance, changed without a restart, refused when they make no sense."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule
from kombu.exceptions import OperationalError

from recommendations import tasks
from recommendations.behaviour.services import notifications

pytestmark = pytest.mark.django_db
LIST = reverse("admin:django_celery_beat_periodictask_changelist")


@pytest.fixture
def nightly() -> PeriodicTask:
    return PeriodicTask.objects.get(name="retrain every night")


def page_of(row: PeriodicTask) -> str:
    return reverse("admin:django_celery_beat_periodictask_change", args=[row.pk])


def form(row: PeriodicTask, **changes) -> dict[str, object]:
    values = {
        "name": row.name,
        "task": row.task,
        "description": row.description,
        "crontab": row.crontab_id or "",
        "interval": row.interval_id or "",
        "enabled": "on",
        "start_time_0": "",
        "start_time_1": "",
    }
    return values | changes


def act_on(client, action: str, *rows: PeriodicTask):
    return client.post(LIST, {"action": action, "_selected_action": [row.pk for row in rows]}, follow=True)


def test_solar_and_clocked_schedules_are_hidden():
    assert not {SolarSchedule, ClockedSchedule} & set(admin.site._registry)


def test_the_list_says_when_in_words(staff_client):
    html = staff_client.get(LIST).content.decode()

    assert "At 03:00" in html
    assert "every minute" in html
    assert "every hour" in html or "every 60 minutes" in html


def test_another_hour_is_chosen_in_the_form(staff_client, nightly):
    later = CrontabSchedule.objects.create(minute="30", hour="4")
    response = staff_client.post(page_of(nightly), form(nightly, crontab=later.pk))

    assert response.status_code == 302, response.content.decode()[:3000]
    nightly.refresh_from_db()
    assert (nightly.crontab, nightly.enabled) == (later, True)


def test_a_schedule_has_one_way_to_say_when(staff_client, nightly):
    interval = IntervalSchedule.objects.create(every=2, period=IntervalSchedule.HOURS)
    response = staff_client.post(page_of(nightly), form(nightly, interval=interval.pk))

    assert response.status_code == 200
    assert "Only one of clocked, interval, crontab, or solar must be set" in response.content.decode()
    nightly.refresh_from_db()
    assert nightly.interval is None


def test_only_known_tasks_can_be_planned(staff_client, nightly):
    response = staff_client.post(page_of(nightly), form(nightly, task="os.system"))

    assert response.status_code == 200
    nightly.refresh_from_db()
    assert nightly.task == "recommendations.tasks.retrain"


def test_the_tasks_are_told_by_what_they_do(staff_client, nightly):
    html = staff_client.get(page_of(nightly)).content.decode()

    assert "Train a new version and promote it if it passes its checks" in html


def test_switching_off_and_on(staff_client, nightly):
    act_on(staff_client, "switch_off", nightly)
    nightly.refresh_from_db()
    assert not nightly.enabled
    act_on(staff_client, "switch_on", nightly)
    nightly.refresh_from_db()
    assert nightly.enabled


def test_run_once_now_tells_a_worker(staff_client, nightly, monkeypatch):
    calls = []
    monkeypatch.setattr(tasks.retrain, "apply_async", lambda args, retry: calls.append(args))
    response = act_on(staff_client, "run_now", nightly)

    assert calls == [()]
    assert "a worker was told" in response.content.decode()


def test_run_once_now_without_a_broker_or_task_says_so(staff_client, nightly, monkeypatch):
    def away(**_):
        raise OperationalError("no broker")

    monkeypatch.setattr(notifications, "_broker", notifications.BrokerState())
    monkeypatch.setattr(tasks.retrain, "apply_async", away)
    assert "message broker is away" in act_on(staff_client, "run_now", nightly).content.decode()
    PeriodicTask.objects.update(task="gone")
    assert "there is no task gone" in act_on(staff_client, "run_now", nightly).content.decode()


def test_the_shops_own_schedules_cannot_be_deleted(staff_client, nightly):
    own = PeriodicTask.objects.create(name="mine", task=nightly.task, crontab=nightly.crontab)

    def delete(row: PeriodicTask) -> int:
        address = reverse("admin:django_celery_beat_periodictask_delete", args=[row.pk])
        return staff_client.post(address, {"post": "yes"}).status_code

    assert (delete(nightly), delete(own)) == (403, 302)
    assert list(PeriodicTask.objects.filter(pk__in=[nightly.pk, own.pk])) == [nightly]
    assert "delete_selected" not in staff_client.get(LIST).content.decode()
