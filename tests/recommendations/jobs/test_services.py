"""Asking for a training, and for the end of a job."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from kombu.exceptions import OperationalError

from recommendations import tasks
from recommendations.jobs import tracking
from recommendations.jobs.models import Job
from recommendations.jobs.services import JobRefused, cancel_job, request_training
from recommendations.jobs.tracking import JobCancelled, start

pytestmark = pytest.mark.django_db
State = Job.State


@pytest.fixture
def told(monkeypatch) -> list[tuple]:
    calls: list[tuple] = []
    monkeypatch.setattr(tasks.retrain, "apply_async", lambda args, retry: calls.append(args))
    return calls


def make(state: Job.State, *, silent: timedelta = timedelta(0)) -> Job:
    moment = timezone.now() - silent
    return Job.objects.create(
        kind=Job.Kind.TRAINING, title="A training", started_by="x", state=state, started_at=moment, heartbeat_at=moment
    )


def test_a_training_waits_under_the_name_of_who_asked(told):
    row = request_training(started_by="staff@example.com")

    assert (row.state, row.kind, row.started_by) == (State.QUEUED, Job.Kind.TRAINING, "staff@example.com")
    assert told == [(str(row.pk),)]


@pytest.mark.parametrize("state", [State.QUEUED, State.RUNNING])
def test_a_second_training_is_refused(told, state):
    make(state)
    with pytest.raises(JobRefused, match="waits or runs already"):
        request_training(started_by="staff@example.com")

    assert (told, Job.objects.count()) == ([], 1)


def test_a_lost_or_ended_one_does_not_stand_in_the_way(told):
    make(State.RUNNING, silent=Job.LOST_AFTER + timedelta(seconds=1))
    make(State.DONE)
    Job.objects.create(kind=Job.Kind.IMPORT, title="An import", started_by="x", state=State.RUNNING)
    request_training(started_by="staff@example.com")

    assert len(told) == 1


def test_of_two_who_ask_at_once_one_is_refused(told, monkeypatch):
    """The rival comes between looking and writing."""
    create = Job.objects.create

    def after_a_rival(**columns):
        monkeypatch.setattr(Job.objects, "create", create)
        with pytest.raises(JobRefused, match="at this moment"):
            request_training(started_by="rival@example.com")
        return create(**columns)

    monkeypatch.setattr(Job.objects, "create", after_a_rival)
    row = request_training(started_by="staff@example.com")

    assert (told, Job.objects.get().pk) == ([(str(row.pk),)], row.pk)
    with pytest.raises(JobRefused, match="waits or runs already"):
        request_training(started_by="rival@example.com")


def test_the_rating_model_does_not_stand_in_the_way(told):
    Job.objects.filter(pk=make(State.RUNNING).pk).update(title=tracking.RATING_TRAINING)
    request_training(started_by="staff@example.com")

    assert len(told) == 1


def test_without_a_broker_nothing_is_left_waiting(monkeypatch):
    def away(**_):
        raise OperationalError("no broker")

    monkeypatch.setattr(tasks.retrain, "apply_async", away)
    with pytest.raises(JobRefused, match="broker is away"):
        request_training(started_by="staff@example.com")

    assert not Job.objects.exists()


def test_a_waiting_job_is_cancelled_at_once():
    row = cancel_job(job_id=make(State.QUEUED).pk)

    assert (row.state, row.message) == (State.CANCELLED, "It was cancelled.")
    assert row.finished_at is not None


def test_a_running_job_is_asked_to_end():
    running = start(Job.Kind.TRAINING, "A training", started_by="schedule")
    assert running.row_id is not None
    row = cancel_job(job_id=running.row_id)

    assert (row.state, row.shown_state, row.finished_at) == (State.RUNNING, "stopping", None)


def test_a_lost_job_is_cancelled_at_once():
    row = cancel_job(job_id=make(State.RUNNING, silent=Job.LOST_AFTER + timedelta(seconds=1)).pk)

    assert row.state == State.CANCELLED


def test_a_lost_job_that_lives_ends_with_its_next_report(monkeypatch):
    monkeypatch.setattr(tracking, "SECONDS_BETWEEN_REPORTS", 0.0)
    running = start(Job.Kind.TRAINING, "A training", started_by="schedule")
    Job.objects.update(heartbeat_at=timezone.now() - Job.LOST_AFTER - timedelta(seconds=1))
    cancel_job(job_id=Job.objects.get().pk)

    with pytest.raises(JobCancelled):
        running.report(0.5, "Fitting")

    assert Job.objects.get().state == State.CANCELLED


@pytest.mark.parametrize("state", [State.DONE, State.FAILED, State.CANCELLED])
def test_what_has_ended_cannot_be_cancelled(state):
    row = make(state)
    with pytest.raises(JobRefused, match=f"is {state}: there is nothing to cancel"):
        cancel_job(job_id=row.pk)

    row.refresh_from_db()
    assert (row.state, row.cancel_requested_at) == (state, None)


def test_a_job_that_does_not_exist_is_refused():
    with pytest.raises(JobRefused, match="There is no job"):
        cancel_job(job_id=uuid.uuid4())
