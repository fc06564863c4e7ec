"""Trainings whose worker died have one more try, and no third."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations import tasks
from recommendations.jobs import tracking
from recommendations.jobs.lease import RATING_TRAINING, TRAINING
from recommendations.jobs.models import Job, Lease
from recommendations.jobs.retries import RESENT_AFTER, SECONDS_AFTER_LEASE, resend_waiting, retry_lost
from recommendations.learning.background import run_training
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion

pytestmark = pytest.mark.django_db
State = Job.State
LEFT = timedelta(minutes=3)


@pytest.fixture
def sent(monkeypatch) -> list[tuple[str, str, float]]:
    """Messages for later: the job, who asked, in how many seconds."""
    messages: list[tuple[str, str, float]] = []
    for task in (tasks.retrain, tasks.fine_tune):
        monkeypatch.setattr(
            task, "apply_async", lambda args, countdown, name=task.name: messages.append((*args, countdown))
        )
    return messages


def hold(name: str = TRAINING) -> Lease:
    return Lease.objects.create(name=name, expires_at=timezone.now() + LEFT)


def make(**columns) -> Job:
    """A training in its worker's hands."""
    now = timezone.now()
    given = {"title": "Training by hand", "state": State.RUNNING, "started_by": "x", "heartbeat_at": now} | columns
    return Job.objects.create(kind=Job.Kind.TRAINING, started_at=now, **given)


def lost(**columns) -> Job:
    return make(heartbeat_at=timezone.now() - Job.LOST_AFTER - timedelta(seconds=1), **columns)


def test_a_message_that_comes_again_waits_for_the_dead_workers_lease_and_then_trains(checkerboard, sent):
    row, held = make(), hold()
    tasks.retrain(str(row.pk), "staff@example.com")

    [(job_id, started_by, seconds)] = sent
    assert (job_id, started_by) == (str(row.pk), "staff@example.com")
    assert LEFT.total_seconds() - 30 < seconds - SECONDS_AFTER_LEASE <= LEFT.total_seconds()
    assert (Job.objects.get().state, ModelVersion.objects.count()) == (State.RUNNING, 0)

    held.delete()
    tasks.retrain(job_id, started_by)
    row.refresh_from_db()
    assert (row.state, row.message, len(sent)) == (State.DONE, "", 1)
    assert artifact_store.promoted_version() == ModelVersion.objects.get().version


def test_a_scheduled_training_is_known_by_its_message(checkerboard, sent):
    message = uuid.uuid4()
    make(pk=message)
    hold()

    tasks.retrain.apply(task_id=str(message))

    assert [job_id for job_id, *_ in sent] == [str(message)]


def test_a_rival_that_takes_the_lease_first_costs_no_try(checkerboard, sent, monkeypatch):
    row = make()
    monkeypatch.setattr("recommendations.learning.background.held_until", lambda name: None)
    hold()
    tasks.retrain(str(row.pk))

    row.refresh_from_db()
    assert (row.state, row.message, len(sent)) == (State.QUEUED, tracking.RETRIED, 1)


def test_a_lost_training_is_told_once_more_and_never_again():
    row = lost()
    told: list[Job] = []

    assert (retry_lost(told.append), retry_lost(told.append)) == (1, 0)

    assert [each.pk for each in told] == [row.pk]
    row.refresh_from_db()
    assert (row.state, row.message) == (State.QUEUED, tracking.RETRIED)
    Job.objects.update(state=State.RUNNING, heartbeat_at=timezone.now() - 2 * Job.LOST_AFTER)
    assert retry_lost(told.append) == 0
    row.refresh_from_db()
    assert (row.state, row.message, len(told)) == (State.FAILED, tracking.LOST_TWICE, 1)


def test_who_may_live_is_left_alone():
    """One very long step: its lease is renewed beside it."""
    make()
    silent, ratings = lost(), lost(title=tracking.RATING_TRAINING)
    hold()
    hold(RATING_TRAINING)

    assert retry_lost(lambda row: None) == 0
    assert Job.objects.filter(state=State.RUNNING).count() == 3
    Lease.objects.filter(name=RATING_TRAINING).delete()
    assert retry_lost(lambda row: None) == 1
    assert set(Job.objects.filter(state=State.QUEUED).values_list("pk", flat=True)) == {ratings.pk}
    assert Job.objects.get(pk=silent.pk).state == State.RUNNING


@pytest.mark.parametrize(
    ("columns", "state", "message"),
    [
        pytest.param({"started_by": tracking.COMMAND_LINE}, State.FAILED, tracking.WORKER_LOST, id="of a command"),
        pytest.param({"cancel_requested_at": timezone.now()}, State.CANCELLED, "It was cancelled.", id="cancelled"),
    ],
)
def test_what_nobody_waits_for_ends(columns, state, message):
    row = lost(**columns)

    assert retry_lost(lambda row: None) == 0
    row.refresh_from_db()
    assert (row.state, row.message) == (state, message)


@pytest.mark.parametrize(
    ("title", "task"),
    [("Training by hand", "retrain"), (tracking.FULL_TRAINING, "retrain"), (tracking.FINE_TUNING, "fine_tune")],
)
def test_the_sweep_sends_each_to_its_task(monkeypatch, title, task):
    sent: list[tuple[str, str]] = []
    for name in ("retrain", "fine_tune"):
        monkeypatch.setattr(getattr(tasks, name), "delay", lambda job_id, name=name: sent.append((name, job_id)))
    row = lost(title=title)
    tasks.sweep()

    assert sent == [(task, str(row.pk))]


def test_a_full_training_waits_for_a_fine_tuning(checkerboard, sent):
    make(title=tracking.FINE_TUNING)
    held = hold()
    tasks.retrain()

    [(job_id, _, seconds)] = sent
    assert seconds > SECONDS_AFTER_LEASE
    assert Job.objects.get(pk=job_id).state == State.QUEUED
    held.delete()
    tasks.retrain(job_id)
    assert Job.objects.get(pk=job_id).state == State.DONE


@pytest.mark.parametrize("running", [tracking.FULL_TRAINING, tracking.FINE_TUNING])
def test_a_fine_tuning_waits_for_nothing(sent, running):
    make(title=running)
    hold()
    tasks.fine_tune()

    assert (sent, Job.objects.filter(state=State.CANCELLED).count()) == ([], 1)


def test_a_request_of_the_sweep_that_failed_is_tried_again_as_any_other(checkerboard, settings):
    settings.RETRAIN_AFTER_INTERACTIONS = 1
    failed = make(state=State.FAILED, message="disk full")
    ModelVersion.objects.create(version="1", status=ModelVersion.Status.FAILED, trained_through=timezone.now())

    assert run_training(job_id=failed.pk, started_by=tracking.NEW_INTERACTIONS, is_retried=True) is not None
    assert Job.objects.get().state == State.DONE


def test_a_request_of_the_sweep_that_another_training_met_trains_nothing(checkerboard, settings):
    settings.RETRAIN_AFTER_INTERACTIONS = 1
    assert run_training(started_by=tracking.NEW_INTERACTIONS) is not None

    assert run_training(started_by=tracking.NEW_INTERACTIONS) is None

    dropped, done = Job.objects.all()
    assert (dropped.state, done.state) == (State.CANCELLED, State.DONE)
    assert "took in the new events" in dropped.message
    assert ModelVersion.objects.count() == 1


def test_a_training_whose_message_may_be_lost_is_sent_again():
    now = timezone.now()
    long_ago = now - RESENT_AFTER - timedelta(seconds=1)
    waits_long, sent_long_ago, _, _, _ = [
        Job.objects.create(kind=kind, title="By hand", started_by="x", state=state, created_at=since, heartbeat_at=at)
        for kind, state, since, at in [
            (Job.Kind.TRAINING, Job.State.QUEUED, long_ago, None),
            (Job.Kind.TRAINING, Job.State.QUEUED, long_ago, long_ago),
            (Job.Kind.TRAINING, Job.State.QUEUED, long_ago, now),
            (Job.Kind.TRAINING, Job.State.QUEUED, now, None),
            (Job.Kind.TRAINING, Job.State.RUNNING, long_ago, long_ago),
        ]
    ]
    sent: list[Job] = []

    assert (resend_waiting(sent.append), resend_waiting(sent.append)) == (2, 0)
    assert {row.pk for row in sent} == {waits_long.pk, sent_long_ago.pk}
