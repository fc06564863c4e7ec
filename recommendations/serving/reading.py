"""Reads of serving that are made now and then: versions beside the promoted one, and the active weights."""

import logging
import math
import time
from typing import NamedTuple

from ml.artifact import ArtifactError, ArtifactUnreadable
from ml.ranking import Weights
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion, RankingProfile
from recommendations.versions.opening import OpenedVersion, read_index

logger = logging.getLogger(__name__)


class VersionBeside(NamedTuple):
    """The version of a variant, None while it cannot be used; `try_again_at`: by the monotonic clock."""

    opened: OpenedVersion | None
    try_again_at: float = math.inf


def open_beside(version: str, *, retry_after: float) -> VersionBeside:
    """Return the version of a variant, or log that it cannot be used; `retry_after`: seconds, for one not readable."""
    try:
        return VersionBeside(read_index(artifact_store.open_version(version)))
    except (ArtifactError, ValueError) as error:
        logger.error("Model version %s of an experiment cannot be used, the default serves: %s", version, error)
        is_worth_trying = isinstance(error, ArtifactUnreadable)
        return VersionBeside(None, time.monotonic() + retry_after if is_worth_trying else math.inf)


def versions_served_before() -> list[str]:
    """Return the versions that may serve in place of a promoted one that must not be used, the last that served first.

    With a damaged pointer that is whatever served last; with the behaviour database away all older ones on disk.
    """
    promoted, on_disk = artifact_store.promoted_version(), artifact_store.versions()
    try:
        before = ModelVersion.objects.served_before(promoted).values_list("version", flat=True)
        return [version for version in before if version in on_disk]
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("Which versions served before cannot be read: %s", error)
        return [version for version in reversed(on_disk) if promoted is None or version < promoted]


def active_weights() -> Weights:
    """Return the weights of the active ranking profile, the default ones without it; one query."""
    profile: RankingProfile | None = RankingProfile.objects.filter(is_active=True).order_by("name").first()
    if profile is None:
        return Weights()
    try:
        return Weights(**profile.weights())
    except ValueError as error:
        logger.error("The ranking profile %s is not usable, the default weights rank: %s", profile.name, error)
        return Weights()
