"""`manage.py recommender_versions`."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.recommendations.publishing import publish

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("recommender_versions", *arguments, stdout=out)
    return out.getvalue()


def test_without_versions_it_says_what_to_do():
    assert "python manage.py train_recommender" in run()
    assert json.loads(run("--json")) == []


def test_newest_first_with_what_serves_and_what_a_roll_back_leads_to(product):
    first, second = publish([product]), publish([product])
    held_back = publish([product], promote=False)
    ModelVersion.objects.filter(version=held_back).update(
        status=ModelVersion.Status.HELD_BACK, message="It is worse.", metrics={"as_served": {"ndcg_at_10": 0.25}}
    )

    lines = run().splitlines()

    assert [line.split()[:3] for line in lines] == [
        [held_back, "held_back", "dmf"],
        ["serves", second, "promoted"],
        ["before", first, "ready"],
    ]
    assert lines[0].endswith("NDCG@10 0.250  It is worse.")
    assert len(run("--limit", "1").splitlines()) == 1


def test_a_cancelled_training_is_listed_as_cancelled():
    ModelVersion.objects.create(version="1", status=ModelVersion.Status.CANCELLED, message="It was cancelled.")

    assert run().split()[:2] == ["1", "cancelled"]
    assert json.loads(run("--json"))[0]["status"] == "cancelled"


def test_json_tells_which_have_files(product):
    first, second = publish([product]), publish([product])
    artifact_store.discard(first)

    rows = json.loads(run("--json"))

    assert [(row["version"], row["serves"], row["has_files"], row["rolls_back_to"]) for row in rows] == [
        (second, True, True, False),
        (first, False, False, False),
    ]
    assert rows[0]["promoted_at"] is not None
