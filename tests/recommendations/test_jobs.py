"""Jobs: what a worker tells of long work, and how it learns that somebody asked for the end."""

import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.utils import timezone

from recommendations import jobs
from recommendations.jobs import JobCancelled, job, start, tell_again
from recommendations.models import Job
from recommendations.querysets import JobQuerySet

pytestmark = pytest.mark.django_db
TRAINING = Job.Kind.TRAINING


@pytest.fixture(autouse=True)
def _every_report_is_written(monkeypatch):
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_REPORTS", 0.0)


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
    for number in range(jobs.LINES_KEPT + 3):
        running.report(0.1, f"step {number}")

    lines = only().log.splitlines()
    assert len(lines) == jobs.LINES_KEPT
    assert lines[0].endswith("step 3")


def test_reports_are_written_at_most_once_a_second(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_REPORTS", 1.0)
    running = start(TRAINING, "Full training", started_by="schedule")
    with django_assert_num_queries(1, using=Job.objects.db):
        for number in range(100):
            running.report(number / 200, f"step {number}")

    assert (only().step, only().fraction) == ("step 0", 0.0)


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


def test_a_waiting_job_is_taken_once():
    waiting = Job.objects.create(kind=TRAINING, title="Training by hand", started_by="staff@example.com")
    first = start(TRAINING, "Full training", started_by="schedule", job_id=waiting.pk)
    second = start(TRAINING, "Full training", started_by="schedule", job_id=waiting.pk)

    assert first.row_id == waiting.pk
    assert second.row_id != waiting.pk
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


def test_a_job_whose_worker_is_gone_runs_when_its_message_comes_again():
    lost = Job.objects.create(
        kind=TRAINING, title="By hand", state=Job.State.FAILED, message=jobs.WORKER_GONE, started_by="x"
    )
    assert start(TRAINING, "Full training", started_by="schedule", job_id=lost.pk).row_id != lost.pk


def test_a_training_whose_message_may_be_lost_is_told_again():
    now = timezone.now()
    long_ago = now - jobs.TOLD_AGAIN_AFTER - timedelta(seconds=1)
    waits_long, told_long_ago, _, _, _ = [
        Job.objects.create(kind=kind, title="By hand", started_by="x", state=state, created_at=since, heartbeat_at=told)
        for kind, state, since, told in [
            (TRAINING, Job.State.QUEUED, long_ago, None),
            (TRAINING, Job.State.QUEUED, long_ago, long_ago),
            (TRAINING, Job.State.QUEUED, long_ago, now),
            (TRAINING, Job.State.QUEUED, now, None),
            (TRAINING, Job.State.RUNNING, long_ago, long_ago),
        ]
    ]
    told: list[str] = []

    assert (tell_again(told.append), tell_again(told.append)) == (2, 0)
    assert sorted(told) == sorted([str(waits_long.pk), str(told_long_ago.pk)])


def test_jobs_whose_worker_is_gone_are_shown_as_lost_and_end_when_the_next_one_starts():
    old = timezone.now() - Job.LOST_AFTER - timedelta(seconds=1)
    lost = start(TRAINING, "Full training", started_by="schedule").row_id
    other_kind = start(Job.Kind.IMPORT, "An import", started_by="command line").row_id
    Job.objects.update(heartbeat_at=old)
    assert Job.objects.get(pk=str(lost)).shown_state == "lost"

    start(TRAINING, "Full training", started_by="schedule")

    assert (Job.objects.get(pk=str(lost)).state, Job.objects.get(pk=str(lost)).message) == ("failed", jobs.WORKER_GONE)
    assert Job.objects.get(pk=str(other_kind)).state == Job.State.RUNNING


def test_a_lost_job_that_reports_again_runs():
    running = start(TRAINING, "Full training", started_by="schedule")
    Job.objects.update(heartbeat_at=timezone.now() - Job.LOST_AFTER - timedelta(seconds=1))
    running.report(0.5, "Fitting")

    assert only().shown_state == "running"


def test_a_database_that_is_away_ends_no_work(monkeypatch):
    def away(*_, **__):
        raise OperationalError("connection refused")

    monkeypatch.setattr(JobQuerySet, "update", away)
    with job(TRAINING, "Full training", started_by="schedule") as report:
        report(0.5, "Fitting")
    running = jobs.RunningJob(uuid.uuid4())
    running.report(0.5, "Fitting")
    running.finish(None)

    assert not Job.objects.exists()
