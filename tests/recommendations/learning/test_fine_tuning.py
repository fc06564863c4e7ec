"""A version is trained on from the one that serves, and goes the same way to the shop."""

import uuid
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from ml.recommenders.dmf.config import DMFConfig
from ml.recommenders.dmf.fitted import FittedDMF
from ml.recommenders.dmf.recommender import DMF
from ml.recommenders.registry import load_recommender
from recommendations import tasks
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.jobs.models import Job
from recommendations.learning import fitting, score_weights
from recommendations.learning.training import NothingNew, train
from recommendations.lists.intents.registry import FOR_YOU
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion, RankingProfile
from tests.factories import ProductFactory
from tests.recommendations import tower_model
from tests.recommendations.publishing import ids, index_now
from tests.recommendations.shopping import act, recommend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_sweep")]

TUNED: list[Any] = []


class TrainableTowerModel(tower_model.TowerModel):
    """Trains on by fitting anew, and notes what it was given."""

    trains_on = True

    def _fine_tune(self, fitted, interactions, changes, *, seed, progress):
        TUNED.append((fitted, interactions, changes))
        return self.fit(interactions, seed=seed, progress=progress)


class ShortDMF(DMF):
    """The real model, with fewer passes over the users."""

    def __init__(self) -> None:
        super().__init__(DMFConfig(most_epochs=10))


@pytest.fixture(autouse=True)
def trainable_model(monkeypatch):
    TUNED.clear()
    tower_model.install(monkeypatch, TrainableTowerModel)
    monkeypatch.setattr("ml.recommenders.registry.load_recommender", tower_model.FittedTowerModel.load)


@pytest.fixture
def first_version(checkerboard, monkeypatch, trainable_model) -> ModelVersion:
    tower_model.install(monkeypatch, TrainableTowerModel)  # the log's own fixture installs the one that cannot
    Interaction.objects.update(recorded_at=timezone.now() - timedelta(hours=2))
    row = train()
    row.trained_through = timezone.now() - timedelta(hours=1)  # well after the last of them
    row.save()
    return row


def new_product_seen_by_the_first_taste(checkerboard):
    """Five shoppers of the even products view a new one."""
    product = ProductFactory(category=checkerboard[0].category)
    for number in range(0, 10, 2):
        act(Kind.VIEW, product, shopper=uuid.UUID(int=number + 1), occurred_at=timezone.now() + timedelta(seconds=5))
    return product


def test_the_new_version_is_trained_on_from_the_one_that_serves(checkerboard, first_version):
    product = new_product_seen_by_the_first_taste(checkerboard)

    row = train(is_fine_tuned=True)

    assert row.status == ModelVersion.Status.PROMOTED
    assert row.metrics["fine_tuned_from"] == first_version.version
    assert row.metrics["held_out"] == 5
    ((fitted, interactions, changes),) = TUNED  # with so little that is new there is no trial
    assert fitted.n_items == 8
    assert (len(interactions), int(changes.is_new.sum()), int((changes.is_new & changes.seen).sum())) == (65, 5, 0)
    assert sorted(changes.known_as.tolist()) == [-1, *range(8)]
    gate = row.metrics["gate"]
    assert (gate["figures"], gate["cases"], gate["promoted"]) == ("familiar", 20, first_version.version)
    assert "as_served" not in row.metrics
    index = index_now()
    assert index.user_tower.n_items == 9
    assert index.index_of(product.pk.hex) in range(9)


def test_the_model_lies_beside_its_version_and_goes_with_it(first_version, settings):
    model = artifact_store.model_directory_of(first_version.version)
    fitted = tower_model.FittedTowerModel.load(model)
    assert fitted.n_items == 8
    assert artifact_store.versions() == [first_version.version]

    second = train()
    assert artifact_store.discard(first_version.version)

    assert not model.exists()
    assert artifact_store.model_directory_of(second.version).is_dir()


def test_learned_weights_are_carried_over_and_every_held_out_product_is_left_to_the_gate(
    checkerboard, first_version, monkeypatch
):
    monkeypatch.setattr(score_weights, "LEAST_SHOPPERS", 1)
    weights = {"cosine": 0.4, "popularity": 0.1, "category": 0.4, "keyword": 0.1}
    ModelVersion.objects.filter(pk=first_version.pk).update(metrics={"learned_weights": {"weights": weights}})
    new_product_seen_by_the_first_taste(checkerboard)

    row = train(is_fine_tuned=True)

    assert row.metrics["learned_weights"] == {"found_by": first_version.version, "weights": weights}
    assert row.metrics["held_out"] == 5
    assert RankingProfile.objects.get(name="learned").weights() == weights


def test_with_enough_that_is_new_a_trial_is_measured_on_it(checkerboard, first_version, monkeypatch):
    monkeypatch.setattr(fitting, "LEAST_CASES", 5)
    new_product_seen_by_the_first_taste(checkerboard)

    row = train(is_fine_tuned=True)

    measured, published = TUNED
    assert (len(measured[1]), len(published[1])) == (60, 65)
    assert row.metrics["as_served"]["cases"] == row.metrics["held_out"] == 5


def test_what_was_recorded_since_is_new_however_long_ago_it_happened(checkerboard, first_version):
    """Imported, sent by a device that was offline, or of a page whose row became visible after the training."""
    moments = timedelta(days=700), timedelta(days=6), timedelta(hours=2)
    for number, ago in enumerate(moments):
        act(Kind.VIEW, checkerboard[4], shopper=uuid.UUID(int=2 * number + 1), occurred_at=timezone.now() - ago)
    last = Interaction.objects.order_by("-recorded_at").first()
    assert last is not None
    Interaction.objects.filter(pk=last.pk).update(recorded_at=first_version.trained_through - timedelta(minutes=9))

    train(is_fine_tuned=True)

    ((_, interactions, changes),) = TUNED
    assert (len(interactions), int(changes.is_new.sum())) == (63, 3)
    assert set(np.bincount(interactions.users[changes.is_new])) <= {0, 1}


def test_a_product_looked_at_again_is_not_held_out_as_new(checkerboard, first_version):
    """The version was trained on it: measured on it, it would be measured on what it knows."""
    for number in range(20):
        product = checkerboard[4 * (number % 2) + (number // 2 + 1) % 4]
        act(Kind.VIEW, product, shopper=uuid.UUID(int=number + 1))

    row = train(is_fine_tuned=True)

    changes = TUNED[0][2]
    assert (int(changes.is_new.sum()), int((changes.is_new & changes.seen).sum())) == (20, 20)
    assert row.metrics["held_out"] == 0


def test_nothing_new_makes_no_version(first_version):
    with pytest.raises(NothingNew, match="Nothing has happened"):
        train(is_fine_tuned=True)

    assert ModelVersion.objects.count() == 1


def test_the_task_tells_as_a_job_that_nothing_is_new(first_version):
    tasks.fine_tune()

    job = Job.objects.latest("created_at")
    assert (job.title, job.state) == ("Fine-tuning", Job.State.CANCELLED)
    assert "Nothing has happened" in job.message


def test_without_its_model_a_version_is_trained_from_scratch(checkerboard, first_version, caplog):
    new_product_seen_by_the_first_taste(checkerboard)
    (artifact_store.model_directory_of(first_version.version) / "item_vectors.npy").unlink()

    row = train(is_fine_tuned=True)

    assert row.status == ModelVersion.Status.PROMOTED
    assert "fine_tuned_from" not in row.metrics
    assert row.message.startswith("Trained from scratch: the model of version")
    assert "is trained from scratch" in caplog.text
    assert TUNED == []


def test_a_version_of_another_recommender_is_not_trained_on(checkerboard, first_version):
    new_product_seen_by_the_first_taste(checkerboard)
    ModelVersion.objects.filter(pk=first_version.pk).update(recommender="dmf")

    row = train(is_fine_tuned=True)

    assert row.message == f"Trained from scratch: version {first_version.version} is a dmf, not a hybrid."


def test_the_first_version_is_trained_from_scratch(checkerboard):
    assert train(is_fine_tuned=True).message == "Trained from scratch: no version serves yet."


def test_the_real_model_is_kept_and_trained_on(checkerboard, monkeypatch):
    tower_model.install(monkeypatch, ShortDMF, name="dmf")
    monkeypatch.setattr("ml.recommenders.registry.load_recommender", load_recommender)
    first = train(recommender="dmf", is_measured=False)
    product = new_product_seen_by_the_first_taste(checkerboard)

    row = train(recommender="dmf", is_measured=False, is_fine_tuned=True)

    assert row.metrics["fine_tuned_from"] == first.version
    fitted = load_recommender(artifact_store.model_directory_of(row.version))
    assert isinstance(fitted, FittedDMF)
    assert fitted.n_items == 9
    assert np.isfinite(fitted.item_vectors).all()
    assert product.pk in ids(recommend(shopper_id=uuid.UUID(int=11), intent=FOR_YOU, limit=5).items)
