"""A training whose version is worse than the one that serves; enough shoppers for that not to be chance."""

import logging
from io import StringIO

import pytest
from django.core.management import call_command

from recommendations.learning.background import run_training
from recommendations.learning.sweep import retraining_is_due
from recommendations.learning.training import train
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.services import promote_version
from shop.catalogue.models import Product
from tests.recommendations import tower_model
from tests.recommendations.publishing import served_now
from tests.recommendations.tastes import SHOPPERS, VIEWED, BackwardModel, everybody_views, two_tastes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_model", "without_sweep")]


@pytest.fixture
def products(db) -> list[Product]:
    return two_tastes()


@pytest.fixture
def good(products) -> ModelVersion:
    return train()


def test_the_first_version_has_nothing_to_be_worse_than(products, monkeypatch):
    tower_model.install(monkeypatch, BackwardModel)

    row = train()

    assert row.status == ModelVersion.Status.PROMOTED
    assert "gate" not in row.metrics
    assert row.metrics["as_served"]["cases"] == SHOPPERS


@pytest.mark.parametrize("figures", ["measured", "stored"])
def test_a_worse_version_is_held_back_and_the_one_before_serves_on(products, good, monkeypatch, caplog, figures):
    if figures == "measured":
        everybody_views(products)
    tower_model.install(monkeypatch, BackwardModel)

    with caplog.at_level(logging.WARNING):
        row = train()

    assert row.status == ModelVersion.Status.HELD_BACK
    assert row.metrics["gate"]["figures"] == figures
    assert row.metrics["gate"]["promoted"] == good.version
    assert row.message.startswith("Held back: NDCG@10 is ")
    assert row.message in caplog.text
    assert served_now().version == artifact_store.promoted_version() == good.version
    assert ModelVersion.objects.get(pk=good.pk).status == ModelVersion.Status.PROMOTED

    promote_version(version=row.version, anyway=True)
    assert served_now().version == row.version


@pytest.mark.parametrize("n_new", [1, SHOPPERS - 12])
def test_a_broken_fine_tuning_is_held_back_however_little_is_new(products, monkeypatch, n_new):
    monkeypatch.setattr("ml.recommenders.registry.load_recommender", tower_model.FittedTowerModel.load)
    monkeypatch.setattr(tower_model.TowerModel, "trains_on", True)
    monkeypatch.setattr(
        tower_model.TowerModel,
        "_fine_tune",
        lambda model, fitted, interactions, changes, *, seed, progress: model.fit(
            interactions, seed=seed, progress=progress
        ),
    )
    good = train()
    everybody_views(products, n_shoppers=n_new)
    sound = train(is_fine_tuned=True)
    assert (sound.status, sound.metrics["held_out"]) == (ModelVersion.Status.PROMOTED, n_new)
    everybody_views(products, VIEWED + 1, n_shoppers=n_new)
    tower_model.install(monkeypatch, BackwardModel)

    row = train(is_fine_tuned=True)

    assert row.metrics["fine_tuned_from"] == sound.version
    assert row.status == ModelVersion.Status.HELD_BACK
    assert (row.metrics["gate"]["figures"], row.metrics["gate"]["cases"]) == ("familiar", SHOPPERS)
    assert served_now().version == sound.version != good.version


def test_an_equal_version_passes(products, good):
    everybody_views(products)

    row = train()

    assert row.status == ModelVersion.Status.PROMOTED
    assert row.metrics["gate"]["figures"] == "measured"
    assert row.metrics["gate"]["cases"] == SHOPPERS
    assert row.metrics["gate"]["is_worse"] is False


def test_without_measuring_nothing_is_compared(products, good, monkeypatch):
    tower_model.install(monkeypatch, BackwardModel)

    row = train(is_measured=False)

    assert row.status == ModelVersion.Status.PROMOTED
    assert "gate" not in row.metrics


def test_a_held_back_version_is_not_trained_again_at_once(products, good, monkeypatch, settings):
    settings.RETRAIN_AFTER_INTERACTIONS = SHOPPERS
    everybody_views(products)
    assert retraining_is_due(served_now())
    tower_model.install(monkeypatch, BackwardModel)

    assert run_training() is not None

    assert not retraining_is_due(served_now())


def test_the_command_says_that_another_version_serves_on(products, good, monkeypatch):
    tower_model.install(monkeypatch, BackwardModel)
    out = StringIO()

    call_command("train_recommender", stdout=out)

    text = out.getvalue()
    row = ModelVersion.objects.order_by("-version")[0]
    assert text.startswith(f"Version {row.version} was trained in ")
    assert f"{good.version} continues to serve." in text
    assert "Held back: NDCG@10 is " in text
    assert f"python manage.py rollback_recommender --to {row.version} --anyway" in text
