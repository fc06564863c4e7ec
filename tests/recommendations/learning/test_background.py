"""A training as a job: it reports, it ends when asked, and what it made by then is gone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations import tasks
from recommendations.jobs import tracking
from recommendations.jobs.lease import TRAINING
from recommendations.jobs.models import Job, Lease
from recommendations.jobs.services import cancel_job
from recommendations.learning.training import train
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.recommendations import tower_model

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_sweep")]
State = Job.State


@pytest.fixture(autouse=True)
def _every_report_is_written(monkeypatch):
    monkeypatch.setattr(tracking, "SECONDS_BETWEEN_REPORTS", 0.0)


class CancelledModel(tower_model.TowerModel):
    """Somebody cancels while it fits."""

    def _fit(self, interactions, *, seed, progress):
        progress(0.1, "first epoch")
        cancel_job(job_id=Job.objects.get(state=State.RUNNING).pk)
        progress(0.2, "second epoch")
        raise AssertionError("it went on after it was cancelled")


def test_the_task_writes_how_it_went(checkerboard):
    tasks.retrain()

    row = Job.objects.get()
    assert (row.kind, row.state, row.started_by, row.fraction) == (Job.Kind.TRAINING, State.DONE, "schedule", 1.0)
    assert row.step == f"Version {artifact_store.promoted_version()} serves"
    assert "Fitting" in row.log


def test_the_task_takes_the_job_that_waits_for_it(checkerboard):
    waiting = Job.objects.create(kind=Job.Kind.TRAINING, title="Training by hand", started_by="staff@example.com")
    tasks.retrain(str(waiting.pk))

    row = Job.objects.get()
    assert (row.pk, row.state, row.started_by) == (waiting.pk, State.DONE, "staff@example.com")


def test_cancelling_leaves_the_version_before_and_no_files(checkerboard, monkeypatch):
    tasks.retrain()
    served = artifact_store.promoted_version()
    tower_model.install(monkeypatch, CancelledModel)
    tasks.retrain()

    assert [row.state for row in Job.objects.all()] == [State.CANCELLED, State.DONE]
    assert (artifact_store.promoted_version(), artifact_store.versions()) == (served, [served])
    cancelled = ModelVersion.objects.exclude(version=served).get()
    assert (cancelled.status, cancelled.message) == (ModelVersion.Status.CANCELLED, "It was cancelled.")
    assert cancelled.finished_at is not None
    assert not Lease.objects.filter(name=TRAINING).exists()


def test_a_training_stopped_by_hand_is_cancelled_too(checkerboard):
    def stopped(fraction: float, text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(progress=stopped)

    row = ModelVersion.objects.get()
    assert (row.status, row.message) == (ModelVersion.Status.CANCELLED, "It was stopped by hand.")


def test_a_job_cancelled_in_the_queue_trains_nothing(checkerboard):
    waiting = Job.objects.create(kind=Job.Kind.TRAINING, title="Training by hand", started_by="staff@example.com")
    cancel_job(job_id=waiting.pk)
    tasks.retrain(str(waiting.pk))

    assert (Job.objects.get().state, ModelVersion.objects.count()) == (State.CANCELLED, 0)


def test_a_training_that_was_not_needed_says_so(checkerboard):
    Lease.objects.create(name=TRAINING, expires_at=timezone.now() + timedelta(minutes=5))
    tasks.retrain()

    row = Job.objects.get()
    assert (row.state, row.message) == (State.CANCELLED, "A training was under way; this request was not needed.")


def test_a_refused_version_is_a_failed_job():
    tasks.retrain()

    row = Job.objects.get()
    assert row.state == State.FAILED
    assert "The catalogue is empty" in row.message
