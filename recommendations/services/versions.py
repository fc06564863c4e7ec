"""Choose which model version serves."""

from ml.artifact import ArtifactError
from recommendations import artifact_store
from recommendations.models import ModelVersion
from recommendations.services.nudges import nudge_on_commit
from recommendations.tasks import sweep


class VersionUnusable(Exception):
    """The version cannot be promoted; the text says why. The one that served goes on serving."""


def promote_version(*, version: str) -> None:
    """Check a version on disk, point to it and have profiles and new products brought into its space.

    Every process follows the pointer with its next request. An older version than the present one is a roll back.
    Raises VersionUnusable; nothing is changed then.
    """
    if not ModelVersion.objects.filter(version=version).exists():
        raise VersionUnusable(f"There is no model version {version!r}.")
    if version not in artifact_store.versions():
        raise VersionUnusable(f"The files of version {version} were deleted, only its figures are kept.")
    try:
        artifact_store.promote(version)
    except ArtifactError as error:
        raise VersionUnusable(str(error)) from error
    ModelVersion.objects.mark_promoted(version)
    nudge_on_commit(sweep, about=ModelVersion)
