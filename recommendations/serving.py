"""The promoted model version in this process: memory-mapped arrays, with products saved since laid over them.

`current()` answers from memory. It follows the pointer on disk with every call, and looks for newer index entries,
ranking weights, experiments and merchandising rules at most twice a second. A version that fails its checks is refused:
the one before goes on serving. One that only could not be read is tried again.
"""

import logging
import math
import threading
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from ml.artifact import Artifact, ArtifactError, ArtifactUnreadable
from ml.ranking import Weights
from ml.serving_index import Moment, ServingIndex
from recommendations import artifact_store
from recommendations.active_rules import ActiveRules
from recommendations.laid_over import LaidOver
from recommendations.models import ModelVersion, RankingProfile
from recommendations.querysets import BEHAVIOUR_DATABASE_ERRORS
from recommendations.rule_book import RuleBook
from recommendations.running_experiments import RunningExperiment, RunningVariant, running_experiments

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_AFTER_A_FAILURE = 10.0


@dataclass(frozen=True, eq=False)
class OpenedVersion:
    """A version's own index; products saved after `catalogue_read_at` are not in it.

    popularity_scale: ln(1 + stars + event weights) of the most popular product, which has popularity 1.
    """

    index: ServingIndex
    catalogue_read_at: datetime
    popularity_scale: float


@dataclass(frozen=True, eq=False)
class Served:
    """What serves: the version and what is in it, its index with newer products laid over, the weights and rules.

    overlay_stamp: changes when a product laid over the index does. experiments: those that run; beside: the versions of
    their variants, as they were trained; rules_of_variants: the active rules with those of a variant, by its id, for
    variants that have some.
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
        """Return the experiment that places the shoppers of a slot; there is at most one."""
        return next((found for found in self.experiments if found.slot in ("", slot)), None)

    def as_in(self, variant: RunningVariant) -> "Served | None":
        """Return what serves shoppers of a variant; None when its model version cannot be used in this process."""
        served = replace(self, rules=self.rules_of_variants.get(variant.id, self.rules))
        if variant.model_version is not None and variant.model_version != self.version:
            opened = self.beside.get(variant.model_version)
            if opened is None:
                return None
            served = replace(served, version=variant.model_version, opened=opened, index=opened.index, overlay_stamp=0)
        return served if variant.weights is None else replace(served, weights=variant.weights)

    def moment(self, local: datetime) -> Moment | None:
        """Return what a time by the shop's clock means for ranking; None where the index knows of no seasons."""
        return None if self.index.seasons.is_flat else Moment.of(local)


class Beside(NamedTuple):
    """The version of a variant: None while it cannot be used; try_again_at: by the monotonic clock, when it could not
    be read."""

    opened: OpenedVersion | None
    try_again_at: float = math.inf


class ServingHandle:
    """Loads, follows and keeps. Threads that come while another one loads are served what there was before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._served: Served | None = None
        self._pointer: artifact_store.Pointer | None = None
        self._overlay = LaidOver()
        self._beside: dict[str, Beside] = {}
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
        """Make the next call read newer index entries, weights and rules, however short ago the last look was."""
        self._look_again_at = 0.0

    def _follow(self, pointer: artifact_store.Pointer | None) -> None:
        """Open the version pointed to; if it must not be used keep the present one, or take the one before it."""
        self._pointer, self._open_again_at = pointer, math.inf
        if pointer is None:
            return
        version: str | None = pointer.text
        opened = self._open(pointer.text)
        earlier = iter(_served_before() if opened is None and self._served is None else ())
        while opened is None and (version := next(earlier, None)) is not None:
            opened = self._open(version)
        if opened is not None and version is not None:
            self._served = Served(version, opened, opened.index, Weights(), rules=self._book.active)
            self._overlay, self._look_again_at = LaidOver(), 0.0

    def _open(self, version: str) -> OpenedVersion | None:
        """Return a version whose every byte was checked; None, with the alarm given, when it must not be used.

        One that could not be read is not refused, here nor for others: this process tries it again after ten seconds.
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
            weights, experiments = _active_weights(), running_experiments()
            self._book.read({variant.id: variant.rules for found in experiments for variant in found.variants})
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
                logger.error("Newer products cannot be laid over version %s: %s", served.version, error)
        beside = self._versions_beside(served.version, experiments)
        served = replace(served, weights=weights, experiments=experiments, beside=beside)
        return replace(served, rules=self._book.active, rules_of_variants=self._book.of_variants)

    def _versions_beside(self, promoted: str, experiments: Sequence[RunningExperiment]) -> Mapping[str, OpenedVersion]:
        """Return the versions of variants that this process can use; each is opened once, if it could be read."""
        named = {variant.model_version for experiment in experiments for variant in experiment.variants}
        wanted = {version for version in named if version is not None and version != promoted}
        kept = {name: found for name, found in self._beside.items() if time.monotonic() < found.try_again_at}
        self._beside = {version: kept.get(version) or _open_beside(version) for version in wanted}
        return {version: found.opened for version, found in self._beside.items() if found.opened is not None}


def read_index(artifact: Artifact) -> OpenedVersion:
    """Return what an artefact holds; ArtifactError or ValueError when that is no serving index."""
    metadata = artifact.metadata
    read_at, scale = metadata.get("catalogue_read_at"), metadata.get("popularity_scale")
    if not isinstance(read_at, str) or not isinstance(scale, float):
        raise ArtifactError("the artefact does not say when its catalogue was read, or its scale of popularity")
    opened = OpenedVersion(ServingIndex.from_arrays(artifact.arrays), datetime.fromisoformat(read_at), scale)
    artifact.release_pages()
    return opened


def _open_beside(version: str) -> Beside:
    """Return the version of a variant; without it, said in the log, when it must not be used."""
    try:
        return Beside(read_index(artifact_store.open_version(version)))
    except (ArtifactError, ValueError) as error:
        logger.error("Model version %s of an experiment cannot be used, the default serves: %s", version, error)
        is_worth_trying = isinstance(error, ArtifactUnreadable)
        return Beside(None, time.monotonic() + SECONDS_AFTER_A_FAILURE if is_worth_trying else math.inf)


def _served_before() -> list[str]:
    """Return what may serve in place of a promoted version that must not be used: what did before, the last first.

    With a damaged pointer that is whatever served last; with the behaviour database away all older ones on disk.
    """
    promoted, on_disk = artifact_store.promoted_version(), artifact_store.versions()
    try:
        before = ModelVersion.objects.served_before(promoted).values_list("version", flat=True)
        return [version for version in before if version in on_disk]
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("Which versions served before cannot be read: %s", error)
        return [version for version in reversed(on_disk) if promoted is None or version < promoted]


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


def current_rules() -> ActiveRules:
    """Return the merchandising rules that hold, before the first promotion too."""
    return _handle.rules()


def look_again() -> None:
    """Make the next `current` read newer index entries, ranking weights and rules at once."""
    _handle.look_again()
