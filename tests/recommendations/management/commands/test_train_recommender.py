"""`manage.py train_recommender`."""

import json
import uuid
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.jobs.models import Lease
from recommendations.learning.training import TrainingRefused
from recommendations.management.commands import train_recommender
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.factories import ProductFactory
from tests.recommendations import tower_model

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick_model(monkeypatch):
    tower_model.install(monkeypatch)


@pytest.fixture
def log(category):
    products = ProductFactory.create_batch(4, category=category)
    for number in range(6):
        for product in products[number % 2 :]:
            Interaction.objects.create(shopper_id=uuid.UUID(int=number), kind=Kind.VIEW, product_id=product.pk)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("train_recommender", *arguments, stdout=out)
    return out.getvalue()


def test_it_trains_and_says_what_came_of_it(log):
    text = run()

    assert f"Version {artifact_store.promoted_version()} serves" in text
    assert "4  products" in text
    assert "6  shoppers" in text
    assert "hybrid" in text
    assert "HR@10" in text


def test_json_is_for_a_pipe(log):
    report = json.loads(run("--json", "--quick"))

    assert report["version"] == artifact_store.promoted_version()
    assert report["status"] == "promoted"
    assert report["metrics"]["interactions"] == 21
    assert "quality" not in report["metrics"]


def test_if_missing_trains_once(log):
    run("--if-missing")
    version = artifact_store.promoted_version()

    assert f"Version {version} serves already." in run("--if-missing")
    assert artifact_store.promoted_version() == version
    assert ModelVersion.objects.count() == 1


def test_too_little_behaviour_is_said(product):
    assert "Too little behaviour to learn from" in run()


def test_an_empty_catalogue_is_one_line_with_what_to_do():
    with pytest.raises(CommandError, match="^No new version serves: The catalogue is empty.*import_products"):
        run()


def test_a_training_under_way_is_said(log):
    Lease.objects.create(name="training", expires_at=timezone.now() + timedelta(minutes=5))

    with pytest.raises(CommandError, match="A training is under way"):
        run()
    assert not ModelVersion.objects.exists()


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (OperationalError("no such table: recommendations_lease"), "run `python manage.py migrate` first"),
        (OperationalError("connection refused\nIs the server running?"), "refused.*: check DATABASE_URL"),
        (KeyboardInterrupt(), "Stopped by hand"),
    ],
)
def test_what_goes_wrong_is_one_line(error, text, monkeypatch):
    def fail(**_):
        raise error

    monkeypatch.setattr(train_recommender, "train", fail)
    with pytest.raises(CommandError, match=text) as refusal:
        run()
    assert "\n" not in str(refusal.value)


def test_help_shows_an_example(capsys):
    with pytest.raises(SystemExit):
        run("--help")

    assert "python manage.py train_recommender --quick --json" in capsys.readouterr().out


def test_a_training_worker_that_does_not_come_leaves_nothing_behind(log, settings, monkeypatch):
    settings.TRAINING_WORKERS = ["one:7000", "two:7000"]

    @contextmanager
    def nobody_comes(addresses):
        raise TrainingRefused(f"training worker 1 ({addresses[1]}) did not come")
        yield

    monkeypatch.setattr(train_recommender, "shared_training", nobody_comes)

    with pytest.raises(CommandError, match=r"No new version serves: training worker 1 \(two:7000\) did not come"):
        run()

    assert not ModelVersion.objects.exists()
    assert artifact_store.promoted_version() is None
