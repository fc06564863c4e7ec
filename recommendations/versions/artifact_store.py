"""Model versions on disk: one folder each under settings.MODEL_DIR, and a pointer file to the promoted one.

MODEL_DIR/20260101-030000-1f2e/   arrays and manifest, written once (ml/artifact.py)
MODEL_DIR/20260101-030000-1f2e.model/  the same of the model behind it, read only by fine-tunings
MODEL_DIR/promoted                one line: the version's name; replaced by an atomic rename
"""

import os
import re
import secrets
import shutil
import time
from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from ml.artifact import Artifact, ArtifactError, read_artifact

POINTER_FILE = "promoted"
LEFTOVERS_KEPT_SECONDS = 24 * 60 * 60
MODEL_SUFFIX = ".model"
_VERSION = re.compile(r"\d{8}-\d{6}-[0-9a-f]{4}")


class Pointer(NamedTuple):
    """The content of the pointer file.

    - `text`: a version's name; anything when the file is damaged.
    - `stamp`: changes with each promotion, even of the same version.
    """

    text: str
    stamp: tuple[int, int]


def new_version(moment: datetime) -> str:
    """Return a name that sorts by time, with a resolution of 16 microseconds: 20260101-030000-1f2e."""
    return f"{moment:%Y%m%d-%H%M%S}-{moment.microsecond // 16:04x}"


def is_version(name: str) -> bool:
    """Tell whether a name has the form of `new_version`."""
    return _VERSION.fullmatch(name) is not None


def directory_of(version: str) -> Path:
    """Return the folder of a version; raise ArtifactError for any other name (it might point elsewhere)."""
    if not _VERSION.fullmatch(version):
        raise ArtifactError(f"{version!r} is not the name of a model version")
    return Path(settings.MODEL_DIR) / version


def model_directory_of(version: str) -> Path:
    """Return the folder of the model behind a version, if it has one; it is deleted together with the version."""
    return directory_of(version).with_name(f"{version}{MODEL_SUFFIX}")


def versions() -> list[str]:
    """Return the names of all versions on disk, oldest first."""
    folder = Path(settings.MODEL_DIR)
    if not folder.is_dir():
        return []
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and _VERSION.fullmatch(entry.name))


def open_version(version: str, *, verify: bool = True) -> Artifact:
    """Open a version's arrays memory-mapped, with `verify` after a check of every byte; raise ArtifactError when it
    must not be used."""
    return read_artifact(directory_of(version), verify=verify)


def promoted_version() -> str | None:
    """Return the name in the pointer; None before the first promotion and for a damaged pointer."""
    pointer = read_pointer()
    return pointer.text if pointer is not None and _VERSION.fullmatch(pointer.text) else None


def damaged_pointer() -> str | None:
    """Return the content of a damaged pointer; None for a sound one and without one."""
    pointer = read_pointer()
    return None if pointer is None or _VERSION.fullmatch(pointer.text) else pointer.text


def pointer_stamp() -> tuple[int, int] | None:
    """Return the stamp of `read_pointer` without reading the file; None without a pointer."""
    try:
        status = os.stat(f"{settings.MODEL_DIR}/{POINTER_FILE}")  # faster than a Path: called for each list
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


def read_pointer() -> Pointer | None:
    """Return the pointer; None without one."""
    try:
        with (Path(settings.MODEL_DIR) / POINTER_FILE).open(encoding="ascii", errors="replace") as file:
            status = os.fstat(file.fileno())
            return Pointer(file.read().strip(), (status.st_ino, status.st_mtime_ns))
    except OSError:
        return None


def promote(version: str) -> None:
    """Check a version and point to it. Raise ArtifactError when it must not be used; the pointer is unchanged then."""
    open_version(version)
    pointer = Path(settings.MODEL_DIR) / POINTER_FILE
    beside = pointer.with_name(f".{POINTER_FILE}.{secrets.token_hex(4)}")
    try:
        with beside.open("x", encoding="ascii") as file:
            file.write(version + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(pointer)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ArtifactError(f"{pointer} could not be written: {error.strerror or error}") from error


def prune(keep: int = 3, *, spared: Collection[str] = ()) -> list[str]:
    """Delete all but `keep` versions, and return the names of those deleted.

    The promoted one and those `spared` are kept, however many, then the newest. Leftovers of processes that died while
    writing are deleted when they are a day old.
    """
    _sweep_leftovers()
    on_disk = versions()
    safe = {promoted_version(), *spared}.intersection(on_disk)
    others = [version for version in on_disk if version not in safe]
    removed = []
    for version in others[: max(len(others) - max(keep - len(safe), 0), 0)]:
        if discard(version):
            removed.append(version)
    return removed


def _sweep_leftovers() -> None:
    oldest = time.time() - LEFTOVERS_KEPT_SECONDS
    folder = Path(settings.MODEL_DIR)
    on_disk = versions()
    orphans = [path for path in folder.glob(f"*{MODEL_SUFFIX}") if path.name.removesuffix(MODEL_SUFFIX) not in on_disk]
    for path in (*folder.glob(".*.partial"), *folder.glob(f".{POINTER_FILE}.*"), *orphans):
        if path.stat().st_mtime >= oldest:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def discard(version: str) -> bool:
    """Delete a version from disk. It disappears at once; processes that have it mapped keep it until they release it.

    Return False, and delete nothing, for the promoted one: a person may just have promoted it.
    """
    directory = directory_of(version)
    if version == promoted_version():
        return False
    aside = directory.with_name(f".{version}.{secrets.token_hex(4)}.partial")
    try:
        directory.rename(aside)
    except OSError:
        aside = directory
    shutil.rmtree(aside, ignore_errors=True)
    shutil.rmtree(model_directory_of(version), ignore_errors=True)
    return True
