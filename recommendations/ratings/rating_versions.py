"""Versions of the rating model on disk, and the one this process predicts with: NumPy alone, memory-mapped.

MODEL_DIR/ratings/20260101-040000-1f2e/predictor   the predictor (ml/rating_prediction)
MODEL_DIR/ratings/20260101-040000-1f2e/ids         the ids of shoppers and products, in the order of its indices

The newest version with sound files predicts. A damaged one is refused, and the one before continues; one that could
only not be read is retried.
"""

import logging
import secrets
import shutil
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from ml.artifact import ArtifactError, ArtifactUnreadable, read_artifact, write_artifact
from ml.rating_prediction import RatingPredictor, load_rating_predictor
from recommendations.versions.artifact_store import LEFTOVERS_KEPT_SECONDS, is_version

logger = logging.getLogger(__name__)

FOLDER = "ratings"
PREDICTOR, IDS = "predictor", "ids"
VERSIONS_KEPT = 2
SECONDS_BETWEEN_LOOKS, SECONDS_AFTER_A_FAILURE = 1.0, 10.0


@dataclass(frozen=True, eq=False)
class RatingVersion:
    """A version that predicts. `shoppers`, `products`: rising S32 [n], hexadecimal ids in the order of the indices."""

    version: str
    predictor: RatingPredictor
    shoppers: NDArray[np.bytes_]
    products: NDArray[np.bytes_]

    def indices(self, shopper_ids: Sequence[uuid.UUID | None], product_ids: Sequence[uuid.UUID]) -> Any:
        """Return the indices of n shoppers and n products, int64 [2, n]; -1 for those without a rating."""
        known = self.predictor.biases
        return np.stack(
            [
                _places(self.shoppers, known.user_is_known, shopper_ids),
                _places(self.products, known.item_is_known, product_ids),
            ]
        )


def _places(
    rising: NDArray[np.bytes_], is_known: NDArray[np.bool_], ids: Sequence[uuid.UUID | None]
) -> NDArray[np.int64]:
    keys = np.array([b"" if entry is None else entry.hex.encode() for entry in ids], dtype="S32")
    if not rising.size:
        return np.full(keys.size, -1, np.int64)
    places = np.minimum(np.searchsorted(rising, keys), rising.size - 1)
    return np.where((rising[places] == keys) & is_known[places], places, -1)


def folder() -> Path:
    """Return the folder of the versions."""
    return Path(settings.MODEL_DIR) / FOLDER


def versions() -> list[str]:
    """Return the names of all versions on disk, newest first."""
    if not folder().is_dir():
        return []
    return sorted((entry.name for entry in folder().iterdir() if is_version(entry.name)), reverse=True)


def write(
    version: str, predictor: RatingPredictor, shoppers: NDArray[np.bytes_], products: NDArray[np.bytes_]
) -> RatingVersion:
    """Write a version aside, check it, publish it as a whole, and delete the oldest ones.

    `shoppers`, `products`: rising S32. Raise ArtifactError; nothing is left behind then.
    """
    beside = folder() / f".{version}.{secrets.token_hex(4)}.partial"
    try:
        beside.mkdir(parents=True)
        predictor.save(beside / PREDICTOR)
        write_artifact(beside / IDS, {"shoppers": shoppers, "products": products}, {"version": version})
        _open(beside, version)
        beside.rename(folder() / version)
    except OSError as error:
        raise ArtifactError(f"{folder() / version} could not be written: {error.strerror or error}") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    _prune()
    return _open(folder() / version, version)


def _prune() -> None:
    for version in versions()[VERSIONS_KEPT:]:
        shutil.rmtree(folder() / version, ignore_errors=True)
    for leftover in folder().glob(".*.partial"):
        if leftover.stat().st_mtime < time.time() - LEFTOVERS_KEPT_SECONDS:
            shutil.rmtree(leftover, ignore_errors=True)


def _open(directory: Path, version: str) -> RatingVersion:
    """Open a version after a check of every byte; raise ArtifactError when it must not be used."""
    predictor = load_rating_predictor(directory / PREDICTOR)
    ids = read_artifact(directory / IDS)
    try:
        opened = RatingVersion(version, predictor, ids.arrays["shoppers"], ids.arrays["products"])
    except KeyError as error:
        raise ArtifactError(f"{directory / IDS} lacks the array {error}") from error
    counts = (opened.shoppers.size, opened.products.size)
    if counts != (predictor.n_users, predictor.n_items):
        raise ArtifactError(f"{directory}: {counts} ids for a model of {predictor.n_users} x {predictor.n_items}")
    return opened


class RatingHandle:
    """Keep a version open, and look for a newer one at most once a second."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: RatingVersion | None = None
        self._refused: set[str] = set()
        self._look_again_at = 0.0

    def current(self) -> RatingVersion | None:
        """Return the version that predicts now; None before the first training."""
        if time.monotonic() < self._look_again_at or not self._lock.acquire(blocking=self._opened is None):
            return self._opened
        try:
            self._look_again_at = time.monotonic() + self._follow()
        finally:
            self._lock.release()
        return self._opened

    def _follow(self) -> float:
        """Open the newest version that can be used and return in how many seconds to look again."""
        wait = SECONDS_BETWEEN_LOOKS
        for version in versions():
            if self._opened is not None and version <= self._opened.version:
                break
            if version in self._refused:
                continue
            try:
                self._opened = _open(folder() / version, version)
                break
            except ArtifactUnreadable as error:
                wait = SECONDS_AFTER_A_FAILURE
                logger.error(
                    "Rating model %s cannot be read now, the one before continues until it can: %s", version, error
                )
            except ArtifactError as error:
                self._refused.add(version)
                logger.error("Rating model %s is refused, the one before continues: %s", version, error)
        return wait


_handle = RatingHandle()


def current() -> RatingVersion | None:
    """Return the version that predicts now in this process; None before the first training."""
    return _handle.current()
