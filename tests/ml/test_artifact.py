import errno
import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from ml.artifact import FORMAT_VERSION, ArtifactError, ArtifactUnreadable, read_artifact, write_artifact


@pytest.fixture
def arrays():
    return {
        "vectors": np.arange(6, dtype=np.float32).reshape(2, 3),
        "raw_ids": np.array([b"a", b"bc"]),
        "none": np.zeros((0, 4), np.int32),
        "part.flag": np.array([True]),
    }


@pytest.fixture
def directory(tmp_path, arrays):
    write_artifact(tmp_path / "v1", arrays, {"metrics": {"hr": 0.5}, "note": "é"})
    return tmp_path / "v1"


def test_round_trip(directory, arrays):
    artifact = read_artifact(directory)

    assert artifact.metadata == {"metrics": {"hr": 0.5}, "note": "é"}
    assert artifact.manifest.format_version == FORMAT_VERSION
    assert artifact.arrays.keys() == arrays.keys()
    for name, array in arrays.items():
        assert artifact.arrays[name].dtype == array.dtype
        assert artifact.arrays[name].shape == array.shape
        assert artifact.arrays[name].tolist() == array.tolist()


def test_arrays_are_mapped_and_read_only(directory):
    vectors = read_artifact(directory).arrays["vectors"]

    assert isinstance(vectors, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        vectors[0, 0] = 1


def test_same_content_gives_the_same_bytes(directory, arrays, tmp_path):
    write_artifact(tmp_path / "v2", arrays, {"note": "é", "metrics": {"hr": 0.5}})

    assert {path.name: path.read_bytes() for path in directory.iterdir()} == {
        path.name: path.read_bytes() for path in (tmp_path / "v2").iterdir()
    }


@pytest.mark.parametrize(
    ("name", "array", "message"),
    [
        ("a", np.array([1.0, np.nan]), r"array a \(2,\) holds NaN or infinity"),
        ("a", np.array([np.inf], np.float32), "holds NaN or infinity"),
        ("a", np.array([{}]), "has dtype object"),
        ("a", np.array(["text"]), "has dtype <U4"),
        ("../a", np.zeros(1), "array name '../a'"),
    ],
)
def test_refuses_to_write(name, array, message, tmp_path):
    with pytest.raises(ArtifactError, match=message):
        write_artifact(tmp_path / "v1", {name: array}, {})

    assert list(tmp_path.iterdir()) == []


def test_metadata_that_is_not_json_leaves_nothing(tmp_path):
    with pytest.raises(ArtifactError, match="metadata cannot be written as JSON"):
        write_artifact(tmp_path / "v1", {}, {"loss": float("nan")})

    assert list(tmp_path.iterdir()) == []


def test_never_overwrites(directory, arrays):
    before = (directory / "manifest.json").read_bytes()
    with pytest.raises(ArtifactError, match="exists already"):
        write_artifact(directory, {}, {})

    assert (directory / "manifest.json").read_bytes() == before
    assert os.listdir(directory.parent) == ["v1"]


def test_a_full_disk_leaves_nothing(tmp_path, monkeypatch):
    def refuse(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ArtifactError, match="could not be written: No space left on device"):
        write_artifact(tmp_path / "v1", {"a": np.zeros(3)}, {})

    assert list(tmp_path.iterdir()) == []


def test_missing(tmp_path):
    with pytest.raises(ArtifactError, match="cannot be read: No such file or directory"):
        read_artifact(tmp_path / "v9")


def test_a_changed_byte_is_found(directory):
    path = directory / "vectors.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)

    with pytest.raises(ArtifactError, match=r"vectors\.npy is damaged: its checksum does not match"):
        read_artifact(directory)


@pytest.mark.parametrize("verify", [True, False])
def test_a_truncated_file_is_found(directory, verify):
    path = directory / "vectors.npy"
    path.write_bytes(path.read_bytes()[:-4])

    with pytest.raises(ArtifactError, match=r"vectors\.npy"):
        read_artifact(directory, verify=verify)


def test_another_shape_is_found_without_verifying(directory):
    np.save(directory / "vectors.npy", np.zeros((3, 2), np.float32))

    with pytest.raises(ArtifactError, match=r"is <f4 \(3, 2\), expected <f4 \(2, 3\)"):
        read_artifact(directory, verify=False)


def test_a_pickle_is_refused(directory):
    np.save(directory / "vectors.npy", np.array([{}]), allow_pickle=True)

    with pytest.raises(ArtifactError, match="is not a readable array"):
        read_artifact(directory, verify=False)


def test_missing_and_extra_files_are_named(directory):
    (directory / "vectors.npy").rename(directory / "other.npy")
    with pytest.raises(ArtifactError, match=r"lacks vectors\.npy"):
        read_artifact(directory)

    (directory / "vectors.npy").write_bytes((directory / "other.npy").read_bytes())
    with pytest.raises(ArtifactError, match=r"holds other\.npy, which its manifest does not name"):
        read_artifact(directory)


def rewrite_manifest(directory, **changes):
    path = directory / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_changed_manifest_is_found(directory):
    rewrite_manifest(directory, metadata={"metrics": {"hr": 0.9}})

    with pytest.raises(ArtifactError, match=r"manifest\.json is damaged"):
        read_artifact(directory)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format_version": 1}'])
def test_a_broken_manifest_is_found(directory, content):
    (directory / "manifest.json").write_text(content)

    with pytest.raises(ArtifactError, match=r"manifest\.json is damaged"):
        read_artifact(directory)


def test_another_format_version_is_refused(directory, monkeypatch):
    monkeypatch.setattr("ml.artifact.FORMAT_VERSION", FORMAT_VERSION + 1)

    with pytest.raises(ArtifactError, match=f"has format version {FORMAT_VERSION}, expected {FORMAT_VERSION + 1}"):
        read_artifact(directory)


def without(key):
    return lambda content: content.pop(key)


def entry_of_vectors(**changes):
    return lambda content: content["arrays"]["vectors"].update(changes)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(without("format_version"), "has format version None, expected 1", id="no format version"),
        pytest.param(without("arrays"), "holds NoneType under 'arrays', expected an object", id="no arrays"),
        pytest.param(
            lambda content: content.update(arrays=[]),
            "holds list under 'arrays', expected an object",
            id="listed arrays",
        ),
        pytest.param(without("metadata"), "holds NoneType under 'metadata', expected an object", id="no metadata"),
        pytest.param(
            lambda content: content.update(metadata="x"), "holds str under 'metadata', expected an", id="other metadata"
        ),
        pytest.param(lambda content: content["arrays"].update(vectors=[]), "does not say shape,", id="a listed entry"),
        pytest.param(
            lambda content: content["arrays"]["vectors"].pop("dtype"),
            "does not say shape, dtype and sha256 of the array vectors as it should",
            id="no dtype",
        ),
        pytest.param(entry_of_vectors(shape=6), "of the array vectors as it should", id="a shape that is a number"),
        pytest.param(entry_of_vectors(shape=[2, "3"]), "of the array vectors as it should", id="a shape of text"),
        pytest.param(entry_of_vectors(sha256=None), "of the array vectors as it should", id="no checksum"),
    ],
)
def test_a_sealed_manifest_of_another_structure_is_refused(directory, change, message):
    path = directory / "manifest.json"
    content = json.loads(path.read_text())
    del content["sha256"]
    change(content)
    seal = hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()
    path.write_text(json.dumps(content | {"sha256": seal}))

    with pytest.raises(ArtifactError, match=message):
        read_artifact(directory)


def test_an_array_without_a_byte_is_refused(directory):
    (directory / "vectors.npy").write_bytes(b"")

    with pytest.raises(ArtifactError, match=r"vectors\.npy is not a readable array"):
        read_artifact(directory, verify=False)


@pytest.mark.parametrize("code", [errno.EMFILE, errno.EIO, errno.ESTALE, errno.EACCES])
def test_what_could_not_be_read_is_told_from_what_is_wrong(directory, monkeypatch, code):
    def refuse(*_, **__):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("ml.artifact.np.load", refuse)

    with pytest.raises(ArtifactUnreadable, match=f"cannot be read: {os.strerror(code)}"):
        read_artifact(directory)


def test_what_is_gone_is_not_worth_another_try(directory):
    with pytest.raises(ArtifactError, match="cannot be read: No such file") as caught:
        read_artifact(directory.with_name("v9"))

    assert not isinstance(caught.value, ArtifactUnreadable)


def test_pages_given_back_are_mapped_again_when_read(tmp_path):
    numbers = np.arange(1_000_000, dtype=np.int64)
    write_artifact(tmp_path / "large", {"numbers": numbers, "none": np.zeros(0)}, {})
    artifact = read_artifact(tmp_path / "large")  # reads everything for its checks
    assert artifact.arrays["numbers"][::512].sum() == numbers[::512].sum()

    artifact.release_pages()

    smaps = Path("/proc/self/smaps").read_text().split(str(tmp_path / "large" / "numbers.npy"))[1]
    assert smaps.partition("Rss:")[2].split()[0] == "0"
    assert np.array_equal(artifact.arrays["numbers"], numbers)
