"""A promoted version with unusable files is refused: the one before serves on, and the row gives the reason."""

import errno
import logging
import os
import re

import numpy as np
import pytest
from django.db import DatabaseError

from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.services import VersionUnusable, promote_version
from tests.factories import ProductFactory
from tests.recommendations.damaging import Damage, every_damage, write_half_a_pointer
from tests.recommendations.experimenting import start
from tests.recommendations.publishing import publish, served_now
from tests.recommendations.shopping import for_you

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(category):
    return ProductFactory.create_batch(4, category=category)


def refused() -> dict[str, str]:
    return dict(ModelVersion.objects.refused_when_loaded().values_list("version", "message"))


@every_damage
def test_a_running_process_keeps_what_it_has(products, damage: Damage, caplog):
    good = publish(products)
    before = for_you().items
    bad = publish(products)
    damage.spoil(bad)

    with caplog.at_level(logging.ERROR):
        assert [served_now().version for _ in range(3)] == [good] * 3

    assert for_you().items == before
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert re.search(damage.reason, caplog.text)
    assert list(refused()) == [bad]
    assert refused()[bad].startswith(f"Refused when it was loaded, {good} serves: ")
    assert re.search(damage.reason, refused()[bad])


@every_damage
def test_a_new_process_takes_what_served_before(products, damage: Damage):
    good = publish(products)
    bad = publish(products)
    damage.spoil(bad)

    assert served_now().version == good
    assert list(refused()) == [bad]


@every_damage
def test_it_cannot_be_promoted(products, damage: Damage):
    bad, good = publish(products), publish(products)
    damage.spoil(bad)
    rows = list(ModelVersion.objects.values())

    with pytest.raises(VersionUnusable):
        promote_version(version=bad)

    assert artifact_store.promoted_version() == good
    assert list(ModelVersion.objects.values()) == rows
    assert served_now().version == good


def test_a_half_written_pointer_changes_nothing_for_a_running_process(products, caplog):
    version = publish(products)
    assert served_now().version == version
    write_half_a_pointer(publish(products))

    assert [served_now().version for _ in range(3)] == [version] * 3
    assert caplog.text.count("is not the name of a model version") == 1


def test_a_new_process_with_a_half_written_pointer_takes_what_served_last(products):
    publish(products)
    last = publish(products)
    publish(products, promote=False)
    write_half_a_pointer(last)

    assert served_now().version == last
    promote_version(version=last)
    assert artifact_store.promoted_version() == last


def test_a_new_process_never_falls_back_to_a_version_that_was_held_back(products):
    first = publish(products)
    held_back = publish(products, promote=False)
    ModelVersion.objects.filter(version=held_back).update(status=ModelVersion.Status.HELD_BACK)
    last = publish(products)
    (artifact_store.directory_of(last) / "popularity.npy").unlink()

    assert served_now().version == first


def test_a_version_that_is_whole_again_is_promoted_and_no_alarm_is_left(products):
    good, bad = publish(products), publish(products)
    path = artifact_store.directory_of(bad) / "popularity.npy"
    whole = path.read_bytes()
    path.write_bytes(b"")
    assert served_now().version == good
    path.write_bytes(whole)
    assert served_now().version == good

    promote_version(version=bad)

    assert served_now().version == bad
    assert refused() == {}
    assert ModelVersion.objects.get(version=bad).message == ""


def test_with_the_behaviour_database_away_older_files_serve(products, monkeypatch, caplog):
    good, bad = publish(products), publish(products)
    (artifact_store.directory_of(bad) / "popularity.npy").unlink()

    def away(*_, **__):
        raise DatabaseError("gone")

    monkeypatch.setattr(handle.ModelVersion.objects, "mark_refused", away)
    monkeypatch.setattr(handle.ModelVersion.objects, "served_before", away)

    assert served_now().version == good
    assert f"That version {bad} was refused cannot be written down: gone" in caplog.text


@pytest.fixture
def disk(monkeypatch):
    """Refuses to read the arrays of the versions named."""
    refused: set[str] = set()
    load = np.load

    def read(path, **options):
        if path.parent.name in refused:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
        return load(path, **options)

    monkeypatch.setattr("ml.artifact.np.load", read)
    return refused


def test_a_version_that_could_not_be_read_is_tried_again_and_not_refused(products, disk, monkeypatch, caplog):
    monkeypatch.setattr(handle, "SECONDS_AFTER_A_FAILURE", 0.0)
    first = publish(products)
    assert served_now().version == first
    second = publish(products)
    disk.add(second)

    assert served_now().version == first
    assert f"Model version {second} cannot be read now, {first} serves until it can: " in caplog.text
    assert "Too many open files" in caplog.text
    assert refused() == {}
    disk.clear()
    assert served_now().version == second


def test_it_is_not_tried_again_with_every_request(products, disk, caplog):
    first = publish(products)
    assert served_now().version == first
    disk.add(publish(products))

    assert [served_now().version for _ in range(3)] == [first] * 3

    assert caplog.text.count("cannot be read now") == 1


def test_a_new_process_takes_what_it_can_read_until_then(products, disk, monkeypatch):
    monkeypatch.setattr(handle, "SECONDS_AFTER_A_FAILURE", 0.0)
    first, second = publish(products), publish(products)
    disk |= {first, second}
    assert handle.current() is None

    disk.remove(first)
    assert served_now().version == first
    disk.clear()
    assert served_now().version == second
    assert refused() == {}


def test_a_damaged_version_is_not_tried_again(products, monkeypatch, caplog):
    monkeypatch.setattr(handle, "SECONDS_AFTER_A_FAILURE", 0.0)
    first, second = publish(products), publish(products)
    (artifact_store.directory_of(second) / "popularity.npy").write_bytes(b"")

    assert [served_now().version for _ in range(3)] == [first] * 3

    assert caplog.text.count("Refused when it was loaded") == 1


def test_a_version_of_an_experiment_that_could_not_be_read_is_tried_again(products, disk, monkeypatch):
    monkeypatch.setattr(handle, "SECONDS_AFTER_A_FAILURE", 0.0)
    older, newer = publish(products), publish(products)
    start(older={"model_version": older})
    disk.add(older)
    assert (served_now().version, set(served_now().beside)) == (newer, set())

    disk.clear()

    assert set(served_now().beside) == {older}
