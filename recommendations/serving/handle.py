"""The promoted model version in this process: memory-mapped arrays with an overlay of newer products.

`current()` answers from memory. It follows the pointer on disk with every call, and looks for newer index entries,
ranking weights, experiments and merchandising rules at most twice a second. A version that fails its checks is refused
and the one before goes on serving. A version that could not be read is tried again.
"""

import logging
import math
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.dispatch import receiver

from ml.artifact import ArtifactError, ArtifactUnreadable
from ml.ranking import Weights
from ml.serving_index import Moment, ServingIndex
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.experiments.running import RunningExperiment, RunningVariant, running_experiments
from recommendations.experiments.signals import experiments_changed
from recommendations.rules.active_rules import ActiveRules
from recommendations.rules.rule_book import RuleBook
from recommendations.rules.signals import rules_changed
from recommendations.serving.overlay import Overlay
from recommendations.serving.reading import VersionBeside, active_weights, open_beside, versions_served_before
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.opening import OpenedVersion, read_index
from recommendations.versions.signals import ranking_profile_changed

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_AFTER_A_FAILURE = 10.0


@dataclass(frozen=True, eq=False)
class Served:
    """The version that serves, its index with the overlay of newer products, weights and rules.

    - `overlay_stamp`: changes when a product of the overlay does.
    - `experiments`: those that run; `beside`: the versions of their variants, as they were trained.
    - `rules_of_variants`: by the id of a variant that brings rules, the active rules with these.
    """

    version: str
    opened: OpenedVersion
    index: ServingIndex
    weights: Weights
    overlay_stamp: int = 0
    experiments: tuple[RunningExperiment, ...] = ()
    beside: Mapping[str, OpenedVersion] = field(default_factory=dict)
    rules: ActiveRules = field(default_factory=ActiveRules)
    rules_of_variants: Mapping[uuid.UUID, ActiveRules] = field(default_factory=dict)

    def experiment_in(self, slot: str) -> RunningExperiment | None:
        """Return the experiment that assigns the shoppers of a slot to variants; there is at most one."""
        return next((experiment for experiment in self.experiments if experiment.slot in ("", slot)), None)

    def as_in(self, variant: RunningVariant) -> "Served | None":
        """Return what serves the shoppers of a variant; None when this process cannot use its model version."""
        served = replace(self, rules=self.rules_of_variants.get(variant.id, self.rules))
        if variant.model_version is not None and variant.model_version != self.version:
            opened = self.beside.get(variant.model_version)
            if opened is None:
                return None
            served = replace(served, version=variant.model_version, opened=opened, index=opened.index, overlay_stamp=0)
        return served if variant.weights is None else replace(served, weights=variant.weights)

    def moment(self, local: datetime) -> Moment | None:
        """Return a time by the shop's clock as ranking takes it; None where the index knows of no seasons."""
        return None if self.index.seasons.is_flat else Moment.of(local)


class ServingHandle:
    """Loads the promoted version and follows the pointer. While a thread loads, others get the version before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._pointer: artifact_store.Pointer | None = None
        self._overlay = Overlay()
        self._beside: dict[str, VersionBeside] = {}
        self._book = RuleBook()
        self._look_again_at = 0.0
        self._open_again_at = math.inf

    def current(self) -> Served | None:
        """Return what serves now; None before the first promotion."""
        followed = self._pointer.stamp if self._pointer else None
        if artifact_store.pointer_stamp() == followed and time.monotonic() < self._look_again_at:
            return self._served
        pointer = artifact_store.read_pointer()
        if not self._lock.acquire(blocking=self._served is None):
            return self._served
        try:
            if pointer != self._pointer or time.monotonic() >= self._open_again_at:
                self._follow(pointer)
            if self._served is not None and time.monotonic() >= self._look_again_at:
                self._served = self._look(self._served)
        finally:
            self._lock.release()
        return self._served

    def rules(self) -> ActiveRules:
        """Return the active rules, with or without a version that serves."""
        served = self.current()
        if served is not None:
            return served.rules
        with self._lock:
            if time.monotonic() >= self._look_again_at:
                try:
                    self._look_again_at = time.monotonic() + SECONDS_BETWEEN_LOOKS
                    self._book.read({})
                except BEHAVIOUR_DATABASE_ERRORS as error:
                    self._look_again_at = time.monotonic() + SECONDS_AFTER_A_FAILURE
                    logger.error("The merchandising rules cannot be read: %s", error)
        return self._book.active

    def look_again(self) -> None:
        """Make the next call read newer index entries, weights and rules, however recent the last look was."""
        self._look_again_at = 0.0

    def _follow(self, pointer: artifact_store.Pointer | None) -> None:
        """Open the version pointed to. If it must not be used keep the present one, or take the one before it."""
        self._pointer, self._open_again_at = pointer, math.inf
        if pointer is None:
            return
        version: str | None = pointer.text
        opened = self._open(pointer.text)
        earlier = iter(versions_served_before() if opened is None and self._served is None else ())
        while opened is None and (version := next(earlier, None)) is not None:
            opened = self._open(version)
        if opened is not None and version is not None:
            self._served = Served(version, opened, opened.index, Weights(), rules=self._book.active)
            self._overlay, self._look_again_at = Overlay(), 0.0

    def _open(self, version: str) -> OpenedVersion | None:
        """Return a version of which every byte was checked; log and return None when it must not be used.

        One that could not be read is not refused: this process tries it again after ten seconds.
        """
        instead = self._served.version if self._served else "the version before"
        try:
            return read_index(artifact_store.open_version(version))
        except ArtifactUnreadable as error:
            self._open_again_at = time.monotonic() + SECONDS_AFTER_A_FAILURE
            logger.error("Model version %s cannot be read now, %s serves until it can: %s", version, instead, error)
            return None
        except (ArtifactError, ValueError) as error:
            reason = f"Refused when it was loaded, {instead} serves: {error}"
            logger.error("Model version %s: %s", version, reason)
        try:
            ModelVersion.objects.mark_refused(version, reason)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.error("That version %s was refused cannot be written down: %s", version, error)
        return None

    def _look(self, served: Served) -> Served:
        """Read what changed in the behaviour tables since the last look."""
        try:
            self._look_again_at = time.monotonic() + SECONDS_BETWEEN_LOOKS
            weights, experiments = active_weights(), running_experiments()
            self._book.read(
                {variant.id: variant.rules for experiment in experiments for variant in experiment.variants}
            )
            changed = self._overlay.read(served.version, served.opened.index)
        except BEHAVIOUR_DATABASE_ERRORS as error:
            self._look_again_at = time.monotonic() + SECONDS_AFTER_A_FAILURE
            logger.error("Newer products, ranking weights, experiments and rules cannot be read: %s", error)
            return served
        if changed:
            try:
                index = served.opened.index.with_overlay(self._overlay.entries.values())
                served = replace(served, index=index, overlay_stamp=self._overlay.stamp)
            except ValueError as error:
                logger.error("The overlay of newer products does not fit version %s: %s", served.version, error)
        beside = self._versions_beside(served.version, experiments)
        served = replace(served, weights=weights, experiments=experiments, beside=beside)
        return replace(served, rules=self._book.active, rules_of_variants=self._book.of_variants)

    def _versions_beside(self, promoted: str, experiments: Sequence[RunningExperiment]) -> Mapping[str, OpenedVersion]:
        """Return the versions of variants that this process can use; each is opened once, if it could be read."""
        named = {variant.model_version for experiment in experiments for variant in experiment.variants}
        others = {version for version in named if version is not None and version != promoted}
        opened = {name: entry for name, entry in self._beside.items() if time.monotonic() < entry.try_again_at}
        self._beside = {
            version: opened.get(version) or open_beside(version, retry_after=SECONDS_AFTER_A_FAILURE)
            for version in others
        }
        return {version: entry.opened for version, entry in self._beside.items() if entry.opened is not None}


_handle = ServingHandle()


def current() -> Served | None:
    """Return what serves now in this process; None before the first promotion."""
    return _handle.current()


def current_rules() -> ActiveRules:
    """Return the merchandising rules that hold, before the first promotion too."""
    return _handle.rules()


@receiver([rules_changed, experiments_changed, ranking_profile_changed])
def look_again(**_: Any) -> None:
    """Make the next `current` read newer index entries, ranking weights and rules at once."""
    _handle.look_again()
