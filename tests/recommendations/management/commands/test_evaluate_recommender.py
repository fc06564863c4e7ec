"""`manage.py evaluate_recommender`."""

import json
import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.management.commands import evaluate_recommender
from recommendations.versions.models import ModelVersion
from tests.factories import ProductFactory
from tests.recommendations import tower_model

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_model(monkeypatch):
    tower_model.install(monkeypatch)
    tower_model.install(monkeypatch, name="dmf")


@pytest.fixture
def log(category):
    """Six shoppers, of whom the last three came to the last product a day later."""
    products = ProductFactory.create_batch(5, category=category)
    moment = timezone.now() - timedelta(days=9)
    for number in range(6):
        for place, product in enumerate(products[number % 2 : 4]):
            occurred_at = moment + timedelta(minutes=place)
            Interaction.objects.create(
                shopper_id=uuid.UUID(int=number), kind=Kind.VIEW, product_id=product.pk, occurred_at=occurred_at
            )
        if number > 2:
            Interaction.objects.create(
                shopper_id=uuid.UUID(int=number),
                kind=Kind.PURCHASE,
                product_id=products[4].pk,
                occurred_at=moment + timedelta(days=1),
            )


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("evaluate_recommender", *arguments, stdout=out)
    return out.getvalue()


def test_it_prints_a_table_and_stores_nothing(log):
    lines = run().splitlines()

    assert [line.split() for line in lines[:2]] == [["6", "shoppers"], ["5", "products", "with", "interactions"]]
    assert lines[5] == "Held out by the leave-one-out split, seed 0; 6 ranked:"
    assert lines[6].split()[:3] == ["HR@10", "NDCG@10", "MRR"]
    assert [line.split()[0] for line in lines[7:]] == ["dmf", "popularity", "item_knn"]
    assert len({len(line) for line in lines[6:]}) == 1
    assert not ModelVersion.objects.exists()


def test_json_is_for_a_pipe(log):
    report = json.loads(run("--json", "--recommenders", "popularity, popularity", "--split", "temporal"))

    assert (report["split"], report["held_out"], report["trained_on"]) == ("temporal", 3, 21)
    (row,) = report["rows"]
    # nobody had touched the product that came last, so it is ranked after all others
    assert (row["recommender"], row["hr_at_10_cold"], row["hr_at_10_warm"]) == ("popularity", 1.0, None)


def test_a_recommender_that_cannot_be_fitted_is_told(log, monkeypatch):
    def refuse(self, *arguments, **options):
        raise ValueError("too large")

    monkeypatch.setattr("ml.recommenders.item_knn.ItemKNN.fit", refuse)

    assert "item_knn    not fitted: too large" in run("--recommenders", "popularity,item_knn")
    with pytest.raises(CommandError, match="No recommender could be fitted: too large"):
        run("--recommenders", "item_knn")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "The log holds no interaction.*load_demo"),
        (("--recommenders", "none"), "No recommender is called 'none'"),
        (("--recommenders", ","), "--recommenders names none"),
    ],
    ids=["empty", "unknown", "none"],
)
def test_what_cannot_be_measured_is_one_line(arguments, message):
    with pytest.raises(CommandError, match=message) as refusal:
        run(*arguments)
    assert "\n" not in str(refusal.value)


def test_a_database_that_refuses_is_one_line(monkeypatch):
    def fail(*_, **__):
        raise OperationalError("no such table: recommendations_interaction")

    monkeypatch.setattr(evaluate_recommender, "evaluate_log", fail)
    with pytest.raises(CommandError, match="run `python manage.py migrate` first"):
        run()


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        run("--help")

    assert "python manage.py evaluate_recommender --recommenders dmf,ials --split temporal" in capsys.readouterr().out
