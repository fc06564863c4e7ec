"""Faults of model versions: in training, on disk, at the gate. Numbers are those of the list of faults."""

import errno
import json
import logging
import os
import re
import shutil
import uuid
from pathlib import Path

import pytest
from django.urls import reverse

from recommendations import tasks
from recommendations.learning import background, checks, publishing, training
from recommendations.learning.training import TrainingRefused, train
from recommendations.monitoring.models import Alarm, Check
from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.services import roll_back
from shop.catalogue.models import Product
from tests.recommendations import tower_model
from tests.recommendations.damaging import Damage, every_damage, write_half_a_pointer
from tests.recommendations.publishing import served_now
from tests.recommendations.shopping import for_you
from tests.recommendations.tastes import BackwardModel, everybody_views, two_tastes

pytestmark = [pytest.mark.django_db(databases="__all__"), pytest.mark.usefixtures("own_models")]


@pytest.fixture
def products(db) -> list[Product]:
    return two_tastes()


@pytest.fixture
def good(products) -> ModelVersion:
    """A version that serves."""
    return train()


def shown() -> list[uuid.UUID]:
    """What shopper 1 is recommended."""
    return [item.product.pk for item in for_you().items]


def a_new_process() -> None:
    """Forget what this process has mapped."""
    vars(handle)["_handle"] = handle.ServingHandle()


def no_space(*_: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.mark.parametrize(
    "function",
    [
        pytest.param("ml.artifact._write_array", id="writing an array"),
        pytest.param("ml.artifact._write_manifest", id="writing the manifest"),
        pytest.param("ml.artifact._sync_directory", id="making it last"),
        pytest.param("recommendations.versions.artifact_store.Path.replace", id="moving the pointer"),
    ],
)
def test_fault_17_a_full_disk_is_a_clear_refusal_and_the_shop_stays_up(good, client, monkeypatch, caplog, function):
    before = shown()
    files = sorted(path.name for path in artifact_store.directory_of(good.version).parent.iterdir())
    monkeypatch.setattr(function, no_space)

    assert background.run_training() is None

    assert "No space left on device" in caplog.text
    refused = ModelVersion.objects.exclude(pk=good.pk).get()
    assert refused.status == ModelVersion.Status.REFUSED
    assert "No space left on device" in refused.message
    assert sorted(path.name for path in artifact_store.directory_of(good.version).parent.iterdir()) == files
    a_new_process()
    assert (served_now().version, shown()) == (good.version, before)
    assert client.get("/").status_code == 200


def test_fault_17_a_read_only_disk_is_a_clear_refusal(good, monkeypatch):
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "mkdir", read_only)

    with pytest.raises(TrainingRefused, match="could not be written: Read-only file system"):
        train(is_measured=False)

    assert served_now().version == good.version


@pytest.mark.parametrize("instead", ["nothing", "a file"])
def test_fault_17_without_the_folder_of_the_versions_popular_products_are_shown(good, client, settings, instead):
    assert served_now().version == good.version
    before = shown()
    shutil.rmtree(settings.MODEL_DIR)
    if instead == "a file":
        settings.MODEL_DIR.touch()
    assert (served_now().version, shown()) == (good.version, before)  # what is mapped stays

    a_new_process()

    answer = client.get(reverse("api-recommendations"))
    assert answer.status_code == 200
    assert answer.json()["fallback_used"] is True
    assert len(answer.json()["items"]) > 0
    assert client.get("/").status_code == 200
    if instead == "a file":
        with pytest.raises(TrainingRefused, match="could not be written"):
            train(is_measured=False)
    else:
        assert train(is_measured=False).version == served_now().version


@every_damage
def test_fault_18_what_was_damaged_on_its_way_to_the_disk_is_refused(good, monkeypatch, damage: Damage):
    before = shown()
    honest = publishing.write_artifact

    def damaged(directory, arrays, metadata):
        honest(directory, arrays, metadata)
        damage.spoil(directory.name)

    monkeypatch.setattr(publishing, "write_artifact", damaged)
    with pytest.raises(TrainingRefused, match="the files are not usable"):
        train(is_measured=False)

    refused = ModelVersion.objects.exclude(pk=good.pk).get()
    assert refused.status == ModelVersion.Status.REFUSED
    assert artifact_store.versions() == [good.version]
    assert (served_now().version, shown()) == (good.version, before)


@every_damage
def test_fault_18_what_is_damaged_later_is_refused_with_an_alarm(good, client, monkeypatch, caplog, damage: Damage):
    before = shown()
    monkeypatch.setattr(training, "catch_up", lambda: None)  # would map the new version before it is damaged
    bad = train(is_measured=False)
    damage.spoil(bad.version)

    with caplog.at_level(logging.ERROR):
        assert (served_now().version, shown()) == (good.version, before)

    alarm = ModelVersion.objects.refused_when_loaded().get()
    assert alarm.version == bad.version
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert alarm.message in caplog.text
    a_new_process()
    assert (served_now().version, shown()) == (good.version, before)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("is_new", [False, True], ids=["running", "new process"])
def test_fault_18_a_half_written_pointer_is_no_pointer(good, is_new):
    before = shown()
    write_half_a_pointer(good.version)
    if is_new:
        a_new_process()

    assert (served_now().version, shown()) == (good.version, before)
    tasks.watch()
    alarm = Alarm.objects.raised().get()
    assert alarm.name == Check.DAMAGED_VERSION
    assert alarm.message.startswith(
        f"The file that names the version that serves is damaged, it holds '{good.version[:11]}"
    )


def test_fault_19_a_version_that_fails_the_metric_gate_is_not_promoted(good, products, monkeypatch):
    everybody_views(products)
    tower_model.install(monkeypatch, BackwardModel)

    row = train()

    assert row.status == ModelVersion.Status.HELD_BACK
    assert re.match(r"Held back: NDCG@10 is 0\.\d+ against 0\.\d+ of version", row.message)
    a_new_process()
    assert artifact_store.promoted_version() == served_now().version == good.version


def test_fault_19_a_version_that_fails_its_smoke_test_is_not_promoted(good, monkeypatch):
    before = shown()
    monkeypatch.setattr(checks, "rank_trending", lambda *_, **__: [])

    with pytest.raises(TrainingRefused, match="0 products came that trend, expected 10"):
        train(is_measured=False)

    a_new_process()
    assert (served_now().version, shown()) == (good.version, before)
    assert ModelVersion.objects.exclude(pk=good.pk).get().status == ModelVersion.Status.REFUSED


def test_fault_19_a_roll_back_restores_byte_identical_outputs(good, products, client, monkeypatch):
    def outputs() -> list[bytes]:
        answer = client.get(reverse("api-recommendations"), {"intent": "similar", "item": str(products[0].pk)}).json()
        similar = [(item["product"]["id"], item["score"], item["reasons"]) for item in answer["items"]]
        lists = [for_you(uuid.UUID(int=number)).items for number in (1, 2, 3, 4)]
        told = [[(item.product.pk, item.score, item.reasons) for item in one] for one in lists]
        return [json.dumps([answer["model_version"], similar]).encode(), repr(told).encode()]

    before = outputs()
    arrays = {name: array.tobytes() for name, array in artifact_store.open_version(good.version).arrays.items()}
    tower_model.install(monkeypatch, BackwardModel)
    assert train(is_measured=False).version == served_now().version
    assert all(one != other for one, other in zip(outputs(), before, strict=True))

    assert (roll_back(), outputs()) == (good.version, before)
    again = artifact_store.open_version(good.version).arrays
    assert {name: array.tobytes() for name, array in again.items()} == arrays
