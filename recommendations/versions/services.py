"""The promoted version: promote another one, or roll back."""

import logging

from ml.artifact import ArtifactError
from recommendations.behaviour.services.notifications import notify_on_commit
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.opening import read_index
from recommendations.versions.ranking_profiles import follow_promoted_version

logger = logging.getLogger(__name__)


class VersionUnusable(Exception):
    """The version cannot be promoted; the message says why. The one that served continues to serve."""


def promoted_row() -> ModelVersion | None:
    """Return the row of the version that the pointer names; None before the first promotion."""
    return ModelVersion.objects.filter(version=artifact_store.promoted_version() or "").first()


def promote_version(*, version: str, anyway: bool = False) -> None:
    """Check a version on disk, move the pointer to it, and have profiles and new products brought into its space.

    Every process follows the pointer with its next request. Until a worker has rewritten a profile, the shopper's
    vector is computed from the log on each visit. The ranking profile `learned` gets the version's weights.

    - `version`: an older one than the present one is a roll back.
    - `anyway`: promote it even if it was held back.

    Raise VersionUnusable; nothing is changed then.
    """
    row = ModelVersion.objects.filter(version=version).first()
    if row is None:
        raise VersionUnusable(f"There is no model version {version!r}.")
    if row.status == ModelVersion.Status.TRAINING:
        raise VersionUnusable(f"Version {version} is still being trained.")
    if row.status == ModelVersion.Status.HELD_BACK and not anyway:
        raise VersionUnusable(f"Version {version} was held back and is promoted only on request. {row.message}")
    if version not in artifact_store.versions():
        raise VersionUnusable(f"The files of version {version} were deleted, only its figures are kept.")
    before = artifact_store.promoted_version()
    try:
        read_index(artifact_store.open_version(version)).index.check_values()
        artifact_store.promote(version)
    except (ArtifactError, ValueError) as error:
        raise VersionUnusable(str(error)) from error
    ModelVersion.objects.mark_promoted(version)
    follow_promoted_version()
    logger.info("Model version %s serves from now on, before it was %s.", version, before or "none")
    notify_on_commit("recommendations.tasks.sweep", about=ModelVersion)


def rollback_target() -> ModelVersion | None:
    """Return the target of a roll back: of the versions older than the promoted one, the last that served; or None."""
    before = ModelVersion.objects.served_before(artifact_store.promoted_version())
    return before.filter(version__in=artifact_store.versions()).first()


def roll_back(*, serving_version: str | None = None) -> str:
    """Promote the version that served before the present one, and return its name.

    With `serving_version`, do so only if that is the present one: two requests then do not go back two steps. Raise
    VersionUnusable; nothing is changed then.
    """
    present = artifact_store.promoted_version()
    if serving_version is not None and serving_version != present:
        raise VersionUnusable(f"Version {serving_version} does not serve any more, {present or 'none'} does.")
    target = rollback_target()
    if target is None:
        raise VersionUnusable("No older version that served before has its files: there is nothing to roll back to.")
    promote_version(version=target.version)
    return target.version
