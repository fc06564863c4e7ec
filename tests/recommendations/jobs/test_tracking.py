"""Jobs: what a worker tells of long work, and how it learns that somebody asked for the end."""

import time
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from recommendations.jobs import tracking
from recommendations.jobs.models import Job, JobQuerySet
from recommendations.jobs.tracking import JobCancelled, JobPostponed, job, start

pytestmark = pytest.mark.django_db
TRAINING = Job.Kind.TRAINING


@pytest.fixture(autouse=True)
def _every_report_is_written(monkeypatch):
    monkeypatch.setattr(tracking, "SECONDS_BETWEEN_REPORTS", 0.0)


def only() -> Job:
    return Job.objects.get()


def ask_for_the_end() -> None:
    Job.objects.update(cancel_requested_at=timezone.now())


def test_a_job_runs_reports_and_is_done():
    heard = []
    with job(TRAINING, "Full training", started_by="schedule", progress=lambda *said: heard.append(said)) as report:
        assert (only().state, only().fraction) == (Job.State.RUNNING, 0.0)
        report(0.25, "Reading")
        report(0.5, "Fitting")
        report(0.6, "Fitting")
        row = only()
        assert (row.fraction, row.step, row.shown_state) == (0.6, "Fitting", "running")
        assert [line.split("  ")[1] for line in row.log.splitlines()] == ["Reading", "Fitting"]

    row = only()
    assert (row.state, row.fraction, row.message, row.started_by) == (Job.State.DONE, 1.0, "", "schedule")
    assert row.finished_at is not None
    assert heard == [(0.25, "Reading"), (0.5, "Fitting"), (0.6, "Fitting")]


def test_only_the_newest_lines_are_kept():
    running = start(TRAINING, "Full training", started_by="schedule")
    for number in range(tracking.LINES_KEPT + 3):
        running.report(0.1, f"step {number}")

    lines = only().log.splitlines()
    assert len(lines) == tracking.LINES_KEPT
    assert lines[0].endswith("step 3")


def test_reports_are_written_at_most_once_a_second(monkeypatch, django_assert_num_queries):
    now = [1_000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(tracking, "SECONDS_BETWEEN_REPORTS", 1.0)
    running = start(TRAINING, "Full training", started_by="schedule")
    for first, last in ((0, 64), (64, 128)):
        with django_assert_num_queries(1, using=Job.objects.db):
            for number in range(first, last):
                running.report(number / 256, f"step {number}")
                now[0] += 1 / 64

        assert (only().step, only().fraction) == (f"step {first}", first / 256)


def test_a_failure_is_written_and_passed_on():
    with pytest.raises(ValueError, match="^no room$"), job(TRAINING, "Full training", started_by="schedule"):
        raise ValueError("no room")

    assert (only().state, only().message) == (Job.State.FAILED, "no room")


def test_ctrl_c_cancels():
    with pytest.raises(KeyboardInterrupt), job(TRAINING, "Full training", started_by="command line"):
        raise KeyboardInterrupt

    assert (only().state, only().message) == (Job.State.CANCELLED, "It was stopped by hand.")


def test_the_next_report_learns_that_somebody_asked_for_the_end():
    done = []

    def work() -> None:
        with job(TRAINING, "Full training", started_by="schedule") as report:
            report(0.2, "Reading")
            ask_for_the_end()
            report(0.4, "Fitting")
            done.append("published")

    with pytest.raises(JobCancelled):
        work()

    row = only()
    assert done == []
    assert (row.state, row.message, row.fraction) == (Job.State.CANCELLED, "It was cancelled.", 0.2)


def test_what_is_done_cannot_be_cancelled_any_more():
    with job(TRAINING, "Full training", started_by="schedule") as report:
        ask_for_the_end()
        report(1.0, "Version 1 serves")

    assert (only().state, only().step) == (Job.State.DONE, "Version 1 serves")


def test_a_row_deleted_meanwhile_ends_nothing():
    with job(TRAINING, "Full training", started_by="schedule") as report:
        Job.objects.all().delete()
        report(0.5, "Fitting")

    assert not Job.objects.exists()


def test_a_waiting_job_runs_and_a_job_nobody_wrote_down_gets_its_id():
    waiting = Job.objects.create(kind=TRAINING, title="Training by hand", started_by="staff@example.com")
    new = uuid.uuid4()

    assert start(TRAINING, "Full training", started_by="schedule", job_id=waiting.pk).row_id == waiting.pk
    assert start(TRAINING, "Full training", started_by="schedule", job_id=new).row_id == new
    assert Job.objects.get(pk=waiting.pk).started_by == "staff@example.com"
    assert Job.objects.filter(state=Job.State.RUNNING).count() == 2


def test_a_job_cancelled_while_it_waited_does_not_begin():
    waiting = Job.objects.create(kind=TRAINING, title="By hand", state=Job.State.CANCELLED, started_by="x")
    with pytest.raises(JobCancelled, match="before it began"):
        start(TRAINING, "Full training", started_by="schedule", job_id=waiting.pk)

    assert only().state == Job.State.CANCELLED


@pytest.mark.parametrize(
    ("state", "message"), [(Job.State.DONE, ""), (Job.State.FAILED, "Too few products.")], ids=["done", "failed"]
)
def test_a_message_that_comes_twice_runs_nothing_twice(state, message):
    ended = Job.objects.create(kind=TRAINING, title="By hand", state=state, message=message, started_by="x")
    with pytest.raises(JobCancelled, match="came twice"):
        start(TRAINING, "Full training", started_by="schedule", job_id=ended.pk)

    assert only().state == state


@pytest.mark.parametrize(
    ("state", "message", "is_retried"),
    [
        pytest.param(Job.State.RUNNING, "", False, id="dead and not noticed"),
        pytest.param(Job.State.FAILED, tracking.WORKER_LOST, False, id="dead"),
        pytest.param(Job.State.FAILED, "disk full", True, id="failed"),
    ],
)
def test_a_job_that_ended_early_has_one_more_try_and_no_third(state, message, is_retried):
    row = Job.objects.create(kind=TRAINING, title="By hand", state=state, message=message, started_by="x")

    first = start(TRAINING, "Full training", started_by="schedule", job_id=row.pk, is_retried=is_retried)

    assert first.row_id == row.pk
    assert (only().state, only().message, only().finished_at) == (Job.State.RUNNING, tracking.RETRIED, None)
    with pytest.raises(JobCancelled, match="twice"):
        start(TRAINING, "Full training", started_by="schedule", job_id=row.pk, is_retried=is_retried)
    assert (only().state, only().message) == (Job.State.FAILED, tracking.LOST_TWICE)
    with pytest.raises(JobCancelled, match="twice"):
        start(TRAINING, "Full training", started_by="schedule", job_id=row.pk, is_retried=is_retried)
    assert (only().state, only().message) == (Job.State.FAILED, tracking.LOST_TWICE)


def test_a_second_try_that_succeeds_is_done():
    row = Job.objects.create(kind=TRAINING, title="By hand", state=Job.State.RUNNING, started_by="x")
    with job(TRAINING, "Full training", started_by="schedule", job_id=row.pk) as report:
        report(0.5, "Fitting")

    assert (only().state, only().message) == (Job.State.DONE, "")


def test_a_job_whose_worker_died_after_somebody_cancelled_is_not_tried_again():
    row = Job.objects.create(kind=TRAINING, title="By hand", state=Job.State.RUNNING, started_by="x")
    ask_for_the_end()
    with pytest.raises(JobCancelled):
        start(TRAINING, "Full training", started_by="schedule", job_id=row.pk)

    assert only().state == Job.State.CANCELLED


def test_a_worker_whose_job_another_has_taken_over_ends_and_writes_nothing():
    first = start(TRAINING, "Full training", started_by="schedule")
    second = start(TRAINING, "Full training", started_by="schedule", job_id=first.row_id)
    second.report(0.7, "Fitting")

    with pytest.raises(JobCancelled) as stopped:
        first.report(0.9, "Building")
    first.finish(stopped.value)

    assert (only().state, only().fraction, only().step) == (Job.State.RUNNING, 0.7, "Fitting")


def test_what_is_postponed_waits_and_is_the_same_try_when_its_message_comes():
    def work() -> None:
        with job(TRAINING, "Full training", started_by="schedule"):
            raise JobPostponed(60)

    with pytest.raises(JobPostponed, match="another 60 s"):
        work()

    assert (only().state, only().message, only().finished_at) == (Job.State.QUEUED, "", None)
    start(TRAINING, "Full training", started_by="schedule", job_id=only().pk)
    assert (only().state, only().message) == (Job.State.RUNNING, "")


def test_jobs_whose_worker_is_gone_are_shown_as_lost_and_end_when_the_next_one_starts():
    old = timezone.now() - Job.LOST_AFTER - timedelta(seconds=1)
    lost = start(TRAINING, "Full training", started_by="schedule").row_id
    other_kind = start(Job.Kind.IMPORT, "An import", started_by="command line").row_id
    Job.objects.update(heartbeat_at=old)
    assert Job.objects.get(pk=str(lost)).shown_state == "lost"

    start(TRAINING, "Full training", started_by="schedule")

    assert (Job.objects.get(pk=str(lost)).state, Job.objects.get(pk=str(lost)).message) == (
        "failed",
        tracking.WORKER_LOST,
    )
    assert Job.objects.get(pk=str(other_kind)).state == Job.State.RUNNING


def test_a_lost_job_that_reports_again_runs():
    running = start(TRAINING, "Full training", started_by="schedule")
    Job.objects.update(heartbeat_at=timezone.now() - Job.LOST_AFTER - timedelta(seconds=1))
    running.report(0.5, "Fitting")

    assert only().shown_state == "running"


@pytest.mark.parametrize(
    ("state", "message", "before"),
    [
        pytest.param(Job.State.FAILED, tracking.WORKER_LOST, "", id="failed"),
        pytest.param(Job.State.QUEUED, tracking.RETRIED, "", id="waits for its second try"),
        pytest.param(Job.State.FAILED, tracking.LOST_TWICE, tracking.RETRIED, id="failed twice"),
    ],
)
def test_a_job_taken_for_dead_that_reports_again_runs(state, message, before):
    running = start(TRAINING, "Full training", started_by="schedule")
    Job.objects.update(state=state, message=message, finished_at=timezone.now())
    running.report(0.5, "Fitting")

    row = only()
    assert (row.shown_state, row.message, row.finished_at, row.fraction) == ("running", before, None, 0.5)


def test_a_database_that_is_away_ends_no_work(monkeypatch):
    def away(*_, **__):
        raise OperationalError("connection refused")

    monkeypatch.setattr(JobQuerySet, "update", away)
    with job(TRAINING, "Full training", started_by="schedule") as report:
        report(0.5, "Fitting")
    running = tracking.RunningJob(uuid.uuid4())
    running.report(0.5, "Fitting")
    running.finish(None)

    assert not Job.objects.exists()
