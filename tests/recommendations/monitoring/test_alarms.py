"""Watching: what is measured is written down, alarms are raised once and cleared, drift asks for a training."""

from datetime import timedelta

import pytest
from django.utils import timezone

from ml.artifact import ArtifactUnreadable
from recommendations import tasks
from recommendations.jobs.lease import TRAINING_REQUESTED
from recommendations.jobs.models import Job, Lease
from recommendations.monitoring import alarms
from recommendations.monitoring.alarms import run_checks
from recommendations.monitoring.models import Alarm, Check, CheckResult, Measurement
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.services import promote_version
from tests.recommendations.publishing import publish, served_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def finds(monkeypatch):
    """Let the checks find these values, drift of kinds and event rate."""

    def plant(drift: float | None, rate: float | None = 1.0) -> None:
        kinds = CheckResult(Check.DRIFT_KIND, drift, "planted drift", most=0.25)
        monkeypatch.setattr(alarms, "feature_drift", lambda served: [kinds])
        events = CheckResult(Check.EVENT_RATE, rate, "planted rate", least=0.5, most=3.0)
        monkeypatch.setattr(alarms, "event_rate", lambda now: events)

    return plant


@pytest.fixture
def asked() -> list[dict[str, str]]:
    return []


def run(asked: list[dict[str, str]]) -> None:
    run_checks(request_retraining=lambda **named: asked.append(named))


def test_everything_is_measured_and_nothing_is_alarming_in_an_empty_shop(asked):
    run(asked)

    assert set(Measurement.objects.values_list("name", flat=True)) == set(Check.values)
    known = Measurement.objects.exclude(value=None)
    assert list(known.values_list("name", "value")) == [("damaged_version", 0.0)]
    assert (Alarm.objects.count(), asked) == (0, [])


def test_an_alarm_is_raised_once_brought_up_to_date_and_cleared(finds, asked, caplog):
    finds(0.0, rate=0.1)
    run(asked)
    finds(0.0, rate=0.2)
    run(asked)
    row = Alarm.objects.get()
    assert (row.name, row.value, row.threshold, row.message, row.is_raised) == (
        "event_rate",
        0.2,
        0.5,
        "planted rate",
        True,
    )
    assert [record.levelname for record in caplog.records] == ["ERROR"]

    finds(0.0, rate=1.0)
    run(asked)
    row.refresh_from_db()
    assert not row.is_raised
    finds(0.0, rate=9.0)
    run(asked)
    assert Alarm.objects.raised().get().threshold == 3.0
    assert Alarm.objects.count() == 2


def test_an_alarm_that_nobody_can_confirm_is_cleared(finds, asked):
    finds(0.3)
    run(asked)
    assert Alarm.objects.raised().exists()
    finds(None)
    run(asked)
    assert not Alarm.objects.raised().exists()


def test_drift_asks_for_one_training(finds, asked):
    finds(0.26)
    run(asked)
    run(asked)

    assert asked == [{"started_by": "drift alarm"}]
    assert Lease.objects.filter(name=TRAINING_REQUESTED).exists()


def test_a_request_that_fails_leaves_the_next_one_free_to_ask(finds, asked):
    def refuse(**_):
        raise OSError("the broker is away")

    finds(0.26)
    with pytest.raises(OSError, match="away"):
        run_checks(request_retraining=refuse)
    run(asked)

    assert asked == [{"started_by": "drift alarm"}]


@pytest.mark.parametrize(("drift", "rate"), [(0.2, 1.0), (None, 0.0)], ids=["small-shift", "other-alarm"])
def test_nothing_else_asks_for_a_training(finds, asked, drift, rate):
    finds(drift, rate=rate)
    run(asked)

    assert asked == []


def test_drift_asks_for_none_shortly_after_another(finds, asked):
    row = ModelVersion.objects.create(version="20260101-000000-0000", status=ModelVersion.Status.REFUSED)
    finds(0.9)
    run(asked)
    assert asked == []

    ModelVersion.objects.filter(pk=row.pk).update(created_at=timezone.now() - alarms.BETWEEN_TRAININGS)
    run(asked)
    assert len(asked) == 1


def test_only_one_watches_at_a_time(finds, asked):
    Lease.objects.create(name="watch", expires_at=timezone.now() + timedelta(minutes=5))
    finds(0.9)
    run(asked)

    assert (Measurement.objects.count(), asked) == (0, [])


def test_old_measurements_are_deleted(finds, asked):
    finds(0.0)
    old = Measurement.objects.create(name="event_rate", measured_at=timezone.now() - alarms.MEASUREMENTS_KEPT)
    run(asked)

    assert not Measurement.objects.filter(pk=old.pk).exists()


def test_jobs_that_ended_long_ago_are_deleted(finds, asked):
    finds(0.0)
    columns = {"kind": Job.Kind.IMPORT, "title": "An import", "started_by": "x"}
    Job.objects.create(finished_at=timezone.now() - alarms.JOBS_KEPT, state=Job.State.DONE, **columns)
    kept = [Job.objects.create(finished_at=timezone.now(), **columns), Job.objects.create(**columns)]
    run(asked)

    assert set(Job.objects.all()) == set(kept)


@pytest.mark.parametrize("content", ["", "20261121-08", "\0" * 21])
def test_a_damaged_pointer_is_an_alarm_until_a_version_is_promoted(finds, asked, product, content):
    finds(0.0)
    version = publish([product])
    (artifact_store.directory_of(version).parent / "promoted").write_text(content)
    run(asked)
    row = Alarm.objects.raised().get()
    assert (row.name, row.value, row.threshold) == ("damaged_version", 1.0, 0.0)
    assert row.message == (
        f"The file that names the version that serves is damaged, it holds {content!r}: version {version} serves. "
        "Promote a version, which writes it anew. Look at the disk."
    )

    promote_version(version=version)
    run(asked)
    assert not Alarm.objects.raised().exists()


def test_a_version_that_cannot_be_read_is_an_alarm_too(finds, asked, product, monkeypatch):
    finds(0.0)
    first = publish([product])
    assert served_now().version == first
    second = publish([product])

    def refuse(*_, **__):
        raise ArtifactUnreadable("it cannot be read: Stale file handle")

    monkeypatch.setattr(artifact_store, "read_artifact", refuse)
    run(asked)

    assert Alarm.objects.raised().get().message == (
        f"Version {second} cannot be read at the moment, version {first} serves; reading is retried every ten "
        "seconds. Look at the disk."
    )


def test_a_version_that_cannot_be_loaded_is_an_alarm_until_another_serves(finds, asked, product):
    finds(0.0)
    damaged = publish([product])
    ModelVersion.objects.mark_refused(damaged, "a file is shorter than the manifest says.")
    run(asked)
    row = Alarm.objects.raised().get()
    assert (row.name, row.value, row.threshold) == ("damaged_version", 1.0, 0.0)
    assert row.message.startswith(f"Version {damaged}: a file is shorter")

    publish([product])
    run(asked)
    assert not Alarm.objects.raised().exists()


def test_the_task_trains_for_drift(finds, monkeypatch):
    calls = []
    monkeypatch.setattr(tasks.retrain, "apply_async", lambda args, kwargs: calls.append(kwargs))
    finds(0.9)
    tasks.watch()

    assert calls == [{"started_by": "drift alarm"}]
