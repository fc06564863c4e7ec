"""Every way in which a training must not end in a version that serves."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from ml.recommenders.base import RecommenderError
from recommendations.jobs.lease import LeaseTaken
from recommendations.jobs.models import Lease
from recommendations.learning import checks, publishing
from recommendations.learning.background import run_training
from recommendations.learning.training import TrainingRefused, train
from recommendations.lists.intents.registry import FOR_YOU
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from tests.recommendations import tower_model
from tests.recommendations.shopping import recommend

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_model", "without_sweep")]


def test_an_empty_catalogue_is_refused_with_what_to_do(caplog):
    with pytest.raises(TrainingRefused, match="The catalogue is empty.*import_products"):
        train()

    row = ModelVersion.objects.get()
    assert row.status == ModelVersion.Status.REFUSED
    assert "The catalogue is empty" in row.message
    assert (artifact_store.versions(), artifact_store.promoted_version()) == ([], None)
    assert run_training() is None
    assert "The catalogue is empty" in caplog.text


class BrokenModel(tower_model.TowerModel):
    """Gives item vectors that lead nowhere."""

    def _fit(self, interactions, *, seed, progress):
        fitted = super()._fit(interactions, seed=seed, progress=progress)
        fitted.item_vectors[0] = np.nan
        return fitted


class FailingModel(tower_model.TowerModel):
    def _fit(self, interactions, *, seed, progress):
        raise RecommenderError("it did not converge")


class CrashingModel(tower_model.TowerModel):
    def _fit(self, interactions, *, seed, progress):
        raise MemoryError


@pytest.mark.parametrize(("model", "reason"), [(BrokenModel, "."), (FailingModel, "it did not converge")])
def test_a_bad_version_is_refused_and_the_one_before_serves_on(checkerboard, monkeypatch, model, reason):
    good = train()
    before = recommend(shopper_id=uuid.UUID(int=1), intent=FOR_YOU)
    tower_model.install(monkeypatch, model)

    with pytest.raises(TrainingRefused, match=reason):
        train(is_measured=False)

    assert artifact_store.promoted_version() == good.version
    assert artifact_store.versions() == [good.version]
    refused = ModelVersion.objects.exclude(pk=good.pk).get()
    assert refused.status == ModelVersion.Status.REFUSED
    assert refused.message
    assert recommend(shopper_id=uuid.UUID(int=1), intent=FOR_YOU).items == before.items


def test_a_failed_check_refuses(checkerboard, monkeypatch):
    monkeypatch.setattr(checks.artifact_store, "open_version", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        train(is_measured=False)

    assert artifact_store.versions() == []
    assert ModelVersion.objects.get().status == ModelVersion.Status.FAILED


def test_a_crash_is_written_down_and_leaves_nothing(checkerboard, monkeypatch):
    tower_model.install(monkeypatch, CrashingModel)
    with pytest.raises(MemoryError):
        train()

    row = ModelVersion.objects.get()
    assert (row.status, row.message) == (ModelVersion.Status.FAILED, "MemoryError: ")
    assert artifact_store.versions() == []
    assert not Lease.objects.exists()


def test_a_full_disk_is_a_clear_refusal(checkerboard, monkeypatch):
    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("ml.artifact.os.fsync", no_space)
    with pytest.raises(TrainingRefused, match="No space left on device"):
        train(is_measured=False)

    assert artifact_store.versions() == []


def test_two_trainings_do_not_run_at_once(checkerboard):
    Lease.objects.create(name="training", expires_at=timezone.now() + timedelta(minutes=5))

    with pytest.raises(LeaseTaken):
        train()
    assert run_training() is None
    assert not ModelVersion.objects.exists()


def test_a_training_that_lost_its_lease_does_not_publish(checkerboard, monkeypatch):
    check = publishing.check_version

    def overtaken(version, interactions):
        check(version, interactions)
        Lease.objects.filter(name="training").update(holder=uuid.uuid4())

    monkeypatch.setattr(publishing, "check_version", overtaken)
    with pytest.raises(TrainingRefused, match="was lost"):
        train(is_measured=False)

    assert (artifact_store.promoted_version(), artifact_store.versions()) == (None, [])


def test_a_version_that_serves_is_never_marked_failed(checkerboard, monkeypatch):
    """Stopped between the pointer and the row: the row waits for the sweep, and its files stay."""
    before = train(is_measured=False)

    def stopped():
        raise KeyboardInterrupt

    monkeypatch.setattr("recommendations.learning.publishing.follow_promoted_version", stopped)
    with pytest.raises(KeyboardInterrupt):
        train(is_measured=False)

    row = ModelVersion.objects.get(version=artifact_store.promoted_version())
    assert row.version != before.version
    assert (row.status, row.message) == (ModelVersion.Status.READY, "")
    assert row.version in artifact_store.versions()


def test_a_training_whose_process_died_is_marked_failed(checkerboard):
    dead = ModelVersion.objects.create(version="20200101-000000-0000")
    artifact_store.directory_of(dead.version).mkdir(parents=True)
    row = train(is_measured=False)
    dead.refresh_from_db()

    assert artifact_store.versions() == [row.version]

    assert dead.status == ModelVersion.Status.FAILED
    assert "ended before" in dead.message
