"""The promoted model version in this process: memory-mapped arrays, with products saved since laid over them.

`current()` answers from memory. It follows the pointer on disk with every call, and looks for newer index entries and
ranking weights at most once a second. A version that fails its checks is refused: the one before goes on serving.
"""

import logging
import threading
import time
import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import numpy as np

from ml.artifact import Artifact, ArtifactError
from ml.ranking import Weights
from ml.serving_index import OverlayEntry, ServingIndex
from recommendations import artifact_store
from recommendations.models import IndexedProduct, RankingProfile
from recommendations.querysets import BEHAVIOUR_DATABASE_ERRORS

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 1.0
SECONDS_AFTER_A_FAILURE = 10.0
# Rows become visible out of order: look again at this much of what was read.
OVERLAP = timedelta(seconds=30)
# More new products than this are better served by the next training than by rows beside the index.
MOST_OVERLAY_ROWS = 20_000


@dataclass(frozen=True, eq=False)
class Served:
    """What serves: the version's name, its index with newer products laid over, and the active ranking weights.

    `catalogue_read_at`: products saved later are not in the version itself. `base` is the index without overlay.
    """

    version: str
    base: ServingIndex
    index: ServingIndex
    weights: Weights
    catalogue_read_at: datetime


@dataclass
class _Overlay:
    entries: dict[uuid.UUID, OverlayEntry] = field(default_factory=dict)
    stamps: dict[uuid.UUID, datetime] = field(default_factory=dict)
    read_until: datetime | None = None


class ServingHandle:
    """Loads, follows and keeps. Threads that come while another one loads are served what there was before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._pointer: str | None = None
        self._overlay = _Overlay()
        self._look_again_at = 0.0

    def current(self) -> Served | None:
        """Return what serves now; None before the first promotion."""
        pointer = artifact_store.promoted_version()
        if pointer == self._pointer and time.monotonic() < self._look_again_at:
            return self._served
        if not self._lock.acquire(blocking=self._served is None):
            return self._served
        try:
            if pointer != self._pointer:
                self._follow(pointer)
            if self._served is not None and time.monotonic() >= self._look_again_at:
                self._served = self._look(self._served)
        finally:
            self._lock.release()
        return self._served

    def look_again(self) -> None:
        """Make the next call read newer index entries and weights, however short ago the last look was."""
        self._look_again_at = 0.0

    def _follow(self, pointer: str | None) -> None:
        """Open the version pointed to; if it must not be used keep the present one, or take the one before it."""
        self._pointer = pointer
        if pointer is None:
            return
        candidates = [pointer]
        if self._served is None:
            candidates += [version for version in reversed(artifact_store.versions()) if version < pointer]
        for version in candidates:
            try:
                index, read_at = read_index(artifact_store.open_version(version))
            except (ArtifactError, ValueError, KeyError) as error:
                logger.error("Model version %s is refused: %s", version, error)
                continue
            self._served = Served(version, index, index, Weights(), read_at)
            self._overlay, self._look_again_at = _Overlay(), 0.0
            return

    def _look(self, served: Served) -> Served:
        """Read what changed in the behaviour tables since the last look."""
        try:
            self._look_again_at = time.monotonic() + SECONDS_BETWEEN_LOOKS
            weights = _active_weights()
            changed = self._read_overlay(served.version)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            self._look_again_at = time.monotonic() + SECONDS_AFTER_A_FAILURE
            logger.error("Newer products and ranking weights cannot be read: %s", error)
            return served
        index = served.base.with_overlay(list(self._overlay.entries.values())) if changed else served.index
        return replace(served, index=index, weights=weights)

    def _read_overlay(self, version: str) -> bool:
        """Take in the index entries written since the last look; tell whether there were any."""
        overlay = self._overlay
        rows = IndexedProduct.objects.filter(model_version=version)
        if overlay.read_until is not None:
            rows = rows.filter(updated_at__gte=overlay.read_until - OVERLAP)
        changed = False
        for row in rows.order_by("-updated_at")[:MOST_OVERLAY_ROWS]:
            overlay.read_until = max(overlay.read_until or row.updated_at, row.updated_at)
            if overlay.stamps.get(row.product_id) != row.updated_at:
                overlay.entries[row.product_id] = overlay_entry(row)
                overlay.stamps[row.product_id] = row.updated_at
                changed = True
        return changed


def read_index(artifact: Artifact) -> tuple[ServingIndex, datetime]:
    """Return the index an artefact holds and when its catalogue was read; ArtifactError when it holds none."""
    read_at = artifact.metadata.get("catalogue_read_at")
    if not isinstance(read_at, str):
        raise ArtifactError("the artefact does not say when its catalogue was read")
    return ServingIndex.from_arrays(artifact.arrays), datetime.fromisoformat(read_at)


def overlay_entry(row: IndexedProduct) -> OverlayEntry:
    """Return a stored index entry as what lies over the index; see entry_of."""
    return OverlayEntry(
        raw_id=row.product_id.hex,
        vector=np.frombuffer(row.vector, dtype="<f4"),
        category_id=row.entry.get("category"),
        text=row.entry.get("text", ""),
        popularity=row.entry.get("popularity"),
    )


def _active_weights() -> Weights:
    profile: RankingProfile | None = RankingProfile.objects.filter(is_active=True).order_by("name").first()
    if profile is None:
        return Weights()
    try:
        return Weights(**profile.weights())
    except ValueError as error:
        logger.error("The ranking profile %s is not usable, the default weights rank: %s", profile.name, error)
        return Weights()


_handle = ServingHandle()


def current() -> Served | None:
    """Return what serves now in this process; None before the first promotion."""
    return _handle.current()


def current_index() -> ServingIndex | None:
    """Return the index that serves now in this process, None before the first promotion."""
    served = current()
    return served.index if served else None


def look_again() -> None:
    """Make the next `current` read newer index entries and ranking weights at once."""
    _handle.look_again()
