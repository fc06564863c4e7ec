"""`manage.py train_ratings`."""

import json

import pytest
from django.core.management import CommandError, call_command

from recommendations.jobs import tracking
from recommendations.jobs.models import Job
from recommendations.jobs.services import cancel_job
from recommendations.learning import rating_training
from recommendations.ratings import rating_versions
from tests.recommendations.rated import plant_ratings

pytestmark = pytest.mark.django_db


def test_it_says_what_it_learned_from(category, capsys):
    plant_ratings(category)

    call_command("train_ratings", model="bias_only", json=True, verbosity=0)

    summary = json.loads(capsys.readouterr().out)
    assert {name: summary[name] for name in ("model", "ratings", "shoppers", "products")} == {
        "model": "bias_only",
        "ratings": 21,
        "shoppers": 3,
        "products": 7,
    }
    assert rating_versions.versions() == [summary["version"]]


def test_for_people(category, capsys):
    plant_ratings(category)

    call_command("train_ratings", model="bias_only", verbosity=0)

    assert "21  ratings" in capsys.readouterr().out


def test_it_is_a_job_that_can_be_cancelled(category, monkeypatch):
    monkeypatch.setattr(tracking, "SECONDS_BETWEEN_REPORTS", 0.0)
    plant_ratings(category)
    call_command("train_ratings", model="bias_only", verbosity=0)
    [kept] = rating_versions.versions()
    row = Job.objects.get()
    assert (row.title, row.state, row.started_by) == (tracking.RATING_TRAINING, Job.State.DONE, tracking.COMMAND_LINE)
    assert (row.fraction, row.step) == (1.0, f"Rating model {kept} predicts")

    read = rating_training._read

    def cancelled():
        cancel_job(job_id=Job.objects.get(state=Job.State.RUNNING).pk)
        return read()

    monkeypatch.setattr(rating_training, "_read", cancelled)
    with pytest.raises(CommandError, match="No new rating model: It was cancelled"):
        call_command("train_ratings", model="bias_only", verbosity=0)

    assert [row.state for row in Job.objects.all()] == [Job.State.CANCELLED, Job.State.DONE]
    assert rating_versions.versions() == [kept]


def test_too_little_is_one_line(db):
    with pytest.raises(CommandError, match="No new rating model: There are 0 ratings"):
        call_command("train_ratings", verbosity=0)
