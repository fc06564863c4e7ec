"""Versions on disk: publishing, pointing, pruning, refusing."""

import os
import time
from datetime import UTC, datetime

import numpy as np
import pytest

from ml.artifact import ArtifactError, write_artifact
from recommendations.versions import artifact_store

NAMES = [f"2026010{day}-030000-00ff" for day in range(1, 6)]


def write(name: str) -> None:
    write_artifact(artifact_store.directory_of(name), {"numbers": np.arange(3)}, {})


def damage(name: str) -> None:
    path = artifact_store.directory_of(name) / "numbers.npy"
    path.write_bytes(path.read_bytes()[:-1] + b"\x7f")


def test_names_sort_by_time():
    moments = [
        datetime(2026, 1, 1, 3, 0, second, microsecond, tzinfo=UTC)
        for second in (0, 1)
        for microsecond in (0, 16, 999_999)
    ]
    names = [artifact_store.new_version(moment) for moment in moments]

    assert names == sorted(set(names))
    assert artifact_store.directory_of(names[0]).name == names[0]


@pytest.mark.parametrize("name", ["", "..", "../elsewhere", "20260101-030000-00ff/..", "promoted"])
def test_only_version_names_are_paths(name):
    with pytest.raises(ArtifactError, match="is not the name of a model version"):
        artifact_store.directory_of(name)


def test_nothing_is_promoted_at_first():
    assert artifact_store.promoted_version() is None
    assert artifact_store.versions() == []
    assert artifact_store.prune() == []


def test_the_pointer_follows_promotions_back_and_forth():
    for name in NAMES[:2]:
        write(name)

    artifact_store.promote(NAMES[1])
    assert artifact_store.promoted_version() == NAMES[1]
    artifact_store.promote(NAMES[0])
    assert artifact_store.promoted_version() == NAMES[0]


def test_a_damaged_or_missing_version_is_not_promoted():
    write(NAMES[0])
    artifact_store.promote(NAMES[0])
    write(NAMES[1])
    damage(NAMES[1])

    for name in NAMES[1:3]:
        with pytest.raises(ArtifactError):
            artifact_store.promote(name)
    assert artifact_store.promoted_version() == NAMES[0]


def test_a_pointer_that_cannot_be_written_leaves_the_old_one(monkeypatch):
    for name in NAMES[:2]:
        write(name)
    artifact_store.promote(NAMES[0])

    def no_space(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(artifact_store.os, "fsync", no_space)
    with pytest.raises(ArtifactError, match="No space left on device"):
        artifact_store.promote(NAMES[1])
    assert artifact_store.promoted_version() == NAMES[0]
    assert {path.name for path in artifact_store.directory_of(NAMES[0]).parent.iterdir()} == {*NAMES[:2], "promoted"}


@pytest.mark.parametrize("content", [b"", b"../../etc\n", b"\xff\xfe"])
def test_a_damaged_pointer_points_to_nothing(content, settings):
    write(NAMES[0])
    (settings.MODEL_DIR / "promoted").write_bytes(content)

    assert artifact_store.promoted_version() is None


def test_pruning_keeps_the_newest_and_the_promoted_one():
    for name in NAMES:
        write(name)
    artifact_store.promote(NAMES[0])

    assert artifact_store.prune(keep=3) == NAMES[1:3]
    assert artifact_store.versions() == [NAMES[0], NAMES[3], NAMES[4]]
    assert artifact_store.prune(keep=3) == []


def test_pruning_keeps_what_is_spared_even_beyond_the_number():
    for name in NAMES:
        write(name)
    artifact_store.promote(NAMES[3])

    assert artifact_store.prune(keep=1, spared=[NAMES[1], "20200101-000000-0000"]) == [NAMES[0], NAMES[2], NAMES[4]]
    assert artifact_store.versions() == [NAMES[1], NAMES[3]]


def test_the_promoted_version_is_not_discarded():
    for name in NAMES[:2]:
        write(name)
    artifact_store.promote(NAMES[0])

    assert [artifact_store.discard(name) for name in NAMES[:2]] == [False, True]
    assert artifact_store.versions() == [NAMES[0]]


def test_each_promotion_shows_in_the_pointer_even_of_the_same_version():
    write(NAMES[0])
    assert artifact_store.read_pointer() is None
    artifact_store.promote(NAMES[0])
    first = artifact_store.read_pointer()
    artifact_store.promote(NAMES[0])
    second = artifact_store.read_pointer()

    assert first is not None
    assert second is not None
    assert first.text == second.text == NAMES[0]
    assert first.stamp != second.stamp


def test_files_that_are_no_versions_are_left_alone(settings):
    settings.MODEL_DIR.mkdir(parents=True)
    (settings.MODEL_DIR / "notes").mkdir()

    assert artifact_store.prune(keep=0) == []
    assert (settings.MODEL_DIR / "notes").is_dir()


def test_what_a_dead_process_left_behind_goes_after_a_day(settings):
    write(NAMES[0])
    old, fresh = (settings.MODEL_DIR / f".{name}.00ff00ff.partial" for name in NAMES[1:3])
    for path, age in ((old, 2 * 86_400), (fresh, 60)):
        path.mkdir()
        os.utime(path, (time.time() - age,) * 2)

    pointer = settings.MODEL_DIR / ".promoted.00ff00ff"
    pointer.touch()
    os.utime(pointer, (time.time() - 2 * 86_400,) * 2)

    artifact_store.prune()

    assert [old.exists(), fresh.exists(), pointer.exists()] == [False, True, False]
    assert artifact_store.versions() == [NAMES[0]]
