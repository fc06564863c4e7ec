"""Ways in which the files of a model version go bad, each with what is said about it."""

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from django.conf import settings

from recommendations.versions import artifact_store


class Damage(NamedTuple):
    """`spoil` gets the name of a version; `reason`: pattern of the refusal."""

    spoil: Callable[[str], None]
    reason: str


def _file(version: str, name: str) -> Path:
    return artifact_store.directory_of(version) / name


def _flip_a_byte(version: str) -> None:
    path = _file(version, "item_vectors.npy")
    content = bytearray(path.read_bytes())
    content[-3] ^= 0xFF
    path.write_bytes(content)


def _cut(name: str) -> Callable[[str], None]:
    def cut(version: str) -> None:
        path = _file(version, name)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    return cut


def _seal(version: str, change: Callable[[dict[str, Any]], None]) -> None:
    """Rewrite the manifest so that its own checksum is right again."""
    path = _file(version, "manifest.json")
    content = json.loads(path.read_text())
    del content["sha256"]
    change(content)
    seal = hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()
    path.write_text(json.dumps(content | {"sha256": seal}))


def _replace(name: str, change: Callable[[np.ndarray], np.ndarray]) -> Callable[[str], None]:
    """Let an array be another one whose checksum, shape and dtype the manifest confirms."""

    def replace(version: str) -> None:
        path = _file(version, f"{name}.npy")
        array = change(np.load(path))
        np.save(path, array)
        entry = {"shape": list(array.shape), "dtype": array.dtype.str}
        entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        _seal(version, lambda content: content["arrays"].update({name: entry}))

    return replace


def _format_version(number: int) -> Callable[[str], None]:
    return lambda version: _seal(version, lambda content: content.update(format_version=number))


DAMAGES = {
    "a corrupt byte": Damage(_flip_a_byte, "item_vectors.npy is damaged: its checksum does not match"),
    "a truncated array": Damage(_cut("item_vectors.npy"), "item_vectors.npy is damaged: its checksum does not match"),
    "a truncated manifest": Damage(_cut("manifest.json"), "manifest.json is damaged"),
    "a missing array": Damage(lambda version: _file(version, "popularity.npy").unlink(), "lacks popularity.npy"),
    "NaN": Damage(_replace("item_vectors", lambda array: array * np.float32("nan")), "holds NaN or infinity"),
    "a wrong shape": Damage(_replace("popularity", lambda array: array[:-1]), r"popularity has shape \(3,\), expected"),
    "a wrong dtype": Damage(_replace("trending", lambda array: array.astype("f8")), "trending is float64"),
    "an older format": Damage(_format_version(0), "has format version 0, expected 1"),
    "a newer format": Damage(_format_version(2), "has format version 2, expected 1"),
    "no format": Damage(
        lambda version: _seal(version, lambda content: content.pop("format_version")),
        "has format version None, expected 1",
    ),
    "a list of arrays": Damage(
        lambda version: _seal(version, lambda content: content.update(arrays=[])),
        "holds list under 'arrays', expected an",
    ),
    "no files at all": Damage(
        lambda version: shutil.rmtree(artifact_store.directory_of(version)), "cannot be read: No such file"
    ),
}
every_damage = pytest.mark.parametrize("damage", [pytest.param(found, id=name) for name, found in DAMAGES.items()])


def write_half_a_pointer(version: str) -> None:
    """Leave the pointer file as a power cut in the middle of an ordinary write would."""
    (Path(settings.MODEL_DIR) / artifact_store.POINTER_FILE).write_text(version[:11])
