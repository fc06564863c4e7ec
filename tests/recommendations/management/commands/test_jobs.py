"""`manage.py jobs`."""

import json
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from recommendations.jobs.models import Job

pytestmark = pytest.mark.django_db
FIRST, SECOND = uuid.UUID("11110000-0000-4000-8000-000000000001"), uuid.UUID("11120000-0000-4000-8000-000000000001")


@pytest.fixture
def rows() -> list[Job]:
    moment = timezone.now()
    running = Job.objects.create(
        id=FIRST,
        kind=Job.Kind.TRAINING,
        title="Full training",
        state=Job.State.RUNNING,
        started_by="schedule",
        fraction=0.5,
        step="Fitting",
        log="10:00:00  Reading\n10:00:05  Fitting",
        started_at=moment - timedelta(seconds=60),
        heartbeat_at=moment,
    )
    done = Job.objects.create(
        id=SECOND,
        kind=Job.Kind.IMPORT,
        title="import_products: a.csv",
        state=Job.State.DONE,
        started_by="command line",
        fraction=1.0,
        created_at=moment - timedelta(days=1),
    )
    return [running, done]


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("jobs", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_the_list_has_the_newest_first(rows):
    lines = run().splitlines()

    assert [line.split()[:3] for line in lines] == [["11110000", "running", "50%"], ["11120000", "done", "100%"]]
    assert lines[0].endswith("Full training  (schedule)")


def test_only_the_open_ones_and_only_so_many(rows):
    assert len(run("list", "--open").splitlines()) == 1
    assert len(run("--limit", "1").splitlines()) == 1


def test_an_empty_list_says_so():
    assert run() == "There are no such jobs.\n"


def test_json_is_for_a_pipe(rows):
    found = json.loads(run("list", "--json"))

    assert [(job["id"], job["state"], job["percent"]) for job in found] == [
        (str(FIRST), "running", 50.0),
        (str(SECOND), "done", 100.0),
    ]
    assert found[0]["seconds_left"] == pytest.approx(60.0)
    assert found[1]["seconds_left"] is None


def test_one_job_is_shown_with_its_log(rows):
    lines = run("show", "1111").splitlines()

    assert lines[0] == "Full training: running, 50%"
    assert lines[1].endswith(str(FIRST))
    assert lines[-2:] == ["  10:00:00  Reading", "  10:00:05  Fitting"]
    assert json.loads(run("show", str(FIRST), "--json"))["log"] == ["10:00:00  Reading", "10:00:05  Fitting"]


def test_cancelling_asks_the_worker(rows):
    assert run("cancel", "1111").startswith("Full training: stopping, 50%")
    assert Job.objects.get(pk=FIRST).cancel_requested_at is not None


def test_what_has_ended_cannot_be_cancelled(rows):
    with pytest.raises(CommandError, match="is done: there is nothing to cancel"):
        run("cancel", "1112")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("show",), "The id of the job is missing"),
        (("show", "111"), "Several jobs have an id that begins with '111'"),
        (("show", "ff"), "No job has"),
        (("show", "xyz"), "is not the id of a job"),
        (("--limit", "0"), "is not a whole number from 1 to 10000"),
    ],
    ids=["no-id", "ambiguous", "unknown", "no-hex", "limit"],
)
def test_bad_input_is_one_line(rows, arguments, text):
    with pytest.raises(CommandError, match=text):
        run(*arguments)


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        run("--help")

    assert "python manage.py jobs cancel 6f1c2f0e" in capsys.readouterr().out
