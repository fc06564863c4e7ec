"""`manage.py train_ratings`."""

import json

import pytest
from django.core.management import CommandError, call_command

from recommendations import rating_versions
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


def test_too_little_is_one_line(db):
    with pytest.raises(CommandError, match="No new rating model: There are 0 ratings"):
        call_command("train_ratings", verbosity=0)
