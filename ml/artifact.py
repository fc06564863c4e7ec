"""Artefacts: directories of arrays and a manifest, written atomically and checked before use. Never pickle."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

FORMAT_VERSION = 1
MANIFEST_FILE = "manifest.json"
JSON: TypeAlias = "None | bool | int | float | str | list[JSON] | dict[str, JSON]"
_ARRAY_NAME = re.compile(r"[a-z][a-z0-9_.]{0,99}")
_DTYPE_KINDS = "biufS"


class ArtifactError(Exception):
    """An artefact cannot be written or must not be used; the message is one line."""


class ArtifactUnreadable(ArtifactError):
    """An artefact exists but cannot be read now (too many open files, a shared disk that is away); a retry may work."""


@dataclass(frozen=True)
class ArrayEntry:
    """Entry of the manifest for one array, stored as NAME.npy."""

    shape: tuple[int, ...]
    dtype: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Contents of manifest.json: the arrays by name, and the writer's metadata."""

    format_version: int
    arrays: Mapping[str, ArrayEntry]
    metadata: Mapping[str, JSON]


@dataclass(frozen=True)
class Artifact:
    """An opened artefact; its arrays are read-only and memory-mapped (empty arrays are plain)."""

    arrays: Mapping[str, NDArray[Any]]
    manifest: Manifest

    @property
    def metadata(self) -> Mapping[str, JSON]:
        """Metadata of the writer."""
        return self.manifest.metadata

    def release_pages(self) -> None:
        """Release the mapped pages that this process has read so far, for example for the checks.

        They stay in the machine's page cache and are mapped again when read.
        """
        for array in self.arrays.values():
            mapped = getattr(array, "_mmap", None)
            if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
                mapped.madvise(mmap.MADV_DONTNEED)

    def part(self, name: str) -> Artifact:
        """Return the nested artefact: arrays named NAME.…, without this prefix, and the metadata under NAME."""
        prefix = f"{name}."
        names = [key for key in self.arrays if key.startswith(prefix)]
        metadata = self.metadata.get(name)
        entries = {key.removeprefix(prefix): self.manifest.arrays[key] for key in names}
        manifest = Manifest(self.manifest.format_version, entries, metadata if isinstance(metadata, dict) else {})
        return Artifact({key.removeprefix(prefix): self.arrays[key] for key in names}, manifest)


def write_artifact(directory: Path, arrays: Mapping[str, NDArray[Any]], metadata: Mapping[str, JSON]) -> Manifest:
    """Write arrays and metadata as a new directory that appears complete or not at all.

    Names: lower case letters, digits, `_` and `.`. Dtypes: bool, integer, float, byte string. Raise ArtifactError when
    the directory exists, an array cannot be stored or holds NaN or infinity, or writing fails; nothing is left behind.
    """
    if directory.exists():
        raise ArtifactError(f"{directory} exists already; artefacts are never changed, choose a new name")
    stored = {name: np.asarray(array, order="C") for name, array in arrays.items()}
    for name, array in stored.items():
        _refuse_unstorable(name, array)
    beside = directory.with_name(f".{directory.name}.{secrets.token_hex(4)}.partial")
    try:
        beside.mkdir(parents=True)
        entries = {name: _write_array(beside / f"{name}.npy", array) for name, array in stored.items()}
        manifest = Manifest(FORMAT_VERSION, entries, dict(metadata))
        _write_manifest(beside / MANIFEST_FILE, manifest)
        _sync_directory(beside)
        beside.rename(directory)
        _sync_directory(directory.parent)
    except OSError as error:
        raise ArtifactError(f"{directory} could not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return manifest


def read_artifact(directory: Path, *, verify: bool = True) -> Artifact:
    """Open an artefact after checking format version, file list, shapes and dtypes.

    With `verify`, read everything and check every file's SHA-256 and that all numbers are finite. Raise ArtifactError,
    or ArtifactUnreadable when reading failed.
    """
    try:
        manifest = _read_manifest(directory / MANIFEST_FILE)
        _compare_file_list(directory, manifest)
        arrays = {
            name: _open_array(directory / f"{name}.npy", entry, verify=verify)
            for name, entry in manifest.arrays.items()
        }
    except OSError as error:
        is_gone = isinstance(error, FileNotFoundError | NotADirectoryError)
        kind = ArtifactError if is_gone else ArtifactUnreadable
        raise kind(f"{directory} cannot be read: {error.strerror or error}") from error
    return Artifact(arrays, manifest)


def _refuse_unstorable(name: str, array: NDArray[Any]) -> None:
    if not _ARRAY_NAME.fullmatch(name):
        raise ArtifactError(f"array name {name!r} may hold only lower case letters, digits, '_' and '.'")
    if array.dtype.kind not in _DTYPE_KINDS:
        raise ArtifactError(f"array {name} has dtype {array.dtype}, which artefacts do not store")
    _refuse_not_finite(name, array)


def _refuse_not_finite(name: str, array: NDArray[Any]) -> None:
    if array.dtype.kind == "f" and not np.isfinite(array).all():
        raise ArtifactError(f"array {name} {array.shape} holds NaN or infinity")


def _write_array(path: Path, array: NDArray[Any]) -> ArrayEntry:
    with path.open("xb") as file:
        np.save(file, array, allow_pickle=False)
        file.flush()
        os.fsync(file.fileno())
    return ArrayEntry(array.shape, array.dtype.str, _sha256(path))


def _write_manifest(path: Path, manifest: Manifest) -> None:
    try:
        content = asdict(manifest)
        sealed = json.dumps(content | {"sha256": _seal(content)}, sort_keys=True, allow_nan=False, indent=1)
    except (TypeError, ValueError) as error:
        raise ArtifactError(f"metadata cannot be written as JSON: {error}") from error
    with path.open("x", encoding="utf-8") as file:
        file.write(sealed + "\n")
        file.flush()
        os.fsync(file.fileno())


def _seal(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a manifest's content, independent of its spacing in the file."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _read_manifest(path: Path) -> Manifest:
    try:
        parsed = json.loads(path.read_bytes())
        sealed = _seal({key: value for key, value in parsed.items() if key != "sha256"})
    except (AttributeError, ValueError) as error:
        raise ArtifactError(f"{path} is damaged: {error}") from error
    if parsed.get("sha256") != sealed:
        raise ArtifactError(f"{path} is damaged: its checksum does not match")
    if parsed.get("format_version") != FORMAT_VERSION:
        raise ArtifactError(f"{path} has format version {parsed.get('format_version')}, expected {FORMAT_VERSION}")
    arrays, metadata = parsed.get("arrays"), parsed.get("metadata")
    for name, part in (("arrays", arrays), ("metadata", metadata)):
        if not isinstance(part, dict):
            raise ArtifactError(f"{path} holds {type(part).__name__} under {name!r}, expected an object")
    return Manifest(FORMAT_VERSION, {name: _read_entry(path, name, entry) for name, entry in arrays.items()}, metadata)


def _read_entry(path: Path, name: str, entry: Any) -> ArrayEntry:
    if not _ARRAY_NAME.fullmatch(name):
        raise ArtifactError(f"{path} names an array {name!r}, which is not a valid name")
    match entry:
        case {"shape": list(shape), "dtype": str(dtype), "sha256": str(sha256)} if all(
            type(size) is int and size >= 0 for size in shape
        ):
            return ArrayEntry(tuple(shape), dtype, sha256)
    raise ArtifactError(f"{path} does not say shape, dtype and sha256 of the array {name} as it should")


def _compare_file_list(directory: Path, manifest: Manifest) -> None:
    expected = {MANIFEST_FILE} | {f"{name}.npy" for name in manifest.arrays}
    found = {path.name for path in directory.iterdir()}
    if missing := sorted(expected - found):
        raise ArtifactError(f"{directory} lacks {', '.join(missing)}")
    if extra := sorted(found - expected):
        raise ArtifactError(f"{directory} holds {', '.join(extra)}, which its manifest does not name")


def _open_array(path: Path, entry: ArrayEntry, *, verify: bool) -> NDArray[Any]:
    if verify and _sha256(path) != entry.sha256:
        raise ArtifactError(f"{path} is damaged: its checksum does not match the manifest")
    mapped = 0 not in entry.shape  # an empty array has no bytes to map
    try:
        array: NDArray[Any] = np.load(path, mmap_mode="r" if mapped else None, allow_pickle=False)
    except (EOFError, ValueError) as error:
        raise ArtifactError(f"{path} is not a readable array: {error}") from error
    if array.shape != entry.shape or array.dtype.str != entry.dtype:
        raise ArtifactError(f"{path} is {array.dtype.str} {array.shape}, expected {entry.dtype} {entry.shape}")
    array.flags.writeable = False
    if verify:
        _refuse_not_finite(path.name, array)
    return array


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
