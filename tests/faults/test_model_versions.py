"""What may go wrong with model versions: in training, on disk, at the gate. Numbers are those of the list of faults."""

import errno
import json
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from recommendations import tasks
from recommendations.jobs.lease import LeaseTaken
from recommendations.jobs.models import Lease
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

pytestmark = pytest.mark.django_db(databases="__all__")
ROOT = Path(__file__).resolve().parents[2]
# Trains, and is killed the moment it calls the function named on its command line.
KILLED_TRAINING = """
import importlib, os, signal, sys
import django
django.setup()
import pytest
from recommendations.learning.training import train
from tests.recommendations import tower_model
monkeypatch = pytest.MonkeyPatch()
tower_model.install(monkeypatch)
module, name = sys.argv[1].rsplit(".", 1)
honest, calls = getattr(importlib.import_module(module), name), []
def killed(*arguments, **options):
    calls.append(name)
    if len(calls) == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    return honest(*arguments, **options)
monkeypatch.setattr(sys.argv[1], killed)
train()
"""


@pytest.fixture(autouse=True)
def _own_models(settings, tmp_path, monkeypatch):
    settings.MODEL_DIR = tmp_path / "models"
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 0.0)
    tower_model.install(monkeypatch)


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


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("function", "call"),
    [
        pytest.param("recommendations.learning.training.build_serving_index", 1, id="after fitting"),
        pytest.param("ml.artifact._write_array", 4, id="while writing"),
        pytest.param("recommendations.versions.artifact_store.promote", 1, id="before the pointer moves"),
    ],
)
def test_fault_13_a_training_killed_with_sigkill_leaves_the_old_version_serving(products, tmp_path, function, call):
    if connection.vendor != "sqlite" or len(list(connections)) > 1:
        pytest.skip("the killed process shares the test's one SQLite file")
    good = train(is_measured=False)
    before = shown()

    killed = subprocess.run(
        [sys.executable, "-c", KILLED_TRAINING, function, str(call)],
        cwd=ROOT,
        env=os.environ
        | {
            "DATA_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "BEHAVIOUR_DATABASE_URL": "",
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        },
        check=False,
        capture_output=True,
        text=True,
    )

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    dead = ModelVersion.objects.exclude(pk=good.pk).get()
    assert artifact_store.promoted_version() == good.version
    a_new_process()
    assert (served_now().version, shown()) == (good.version, before)
    if "_write_array" in function:
        assert list((tmp_path / "models").glob(f".{dead.version}.*.partial"))
        assert artifact_store.versions() == [good.version]
    # The dead one's lease keeps others away until it expires; the next training writes down what became of it.
    with pytest.raises(LeaseTaken):
        train()
    Lease.objects.update(expires_at=timezone.now())
    assert train(is_measured=False).status == ModelVersion.Status.PROMOTED
    dead.refresh_from_db()
    if "promote" in function:
        assert dead.status == ModelVersion.Status.READY  # complete: a person may promote it
    else:
        assert (dead.status, dead.message) == (ModelVersion.Status.FAILED, publishing.INTERRUPTED)
        assert dead.version not in artifact_store.versions()


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
