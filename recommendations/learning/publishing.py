"""A new version on disk and in the registry: begin, write, check, publish or give up, and delete old ones."""

import logging
from typing import Any

import numpy as np
from django.conf import settings
from django.utils import timezone

from ml.artifact import write_artifact
from ml.serving_index import ServingIndex
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.experiments.running import running_experiments
from recommendations.jobs.progress import Progress
from recommendations.learning.checks import check_version, doubt_about
from recommendations.learning.demand import popularity_weights
from recommendations.learning.fitting import CONTENT_ONLY, FittedModels
from recommendations.learning.gate import reason_to_hold_back
from recommendations.learning.segments import write_segments
from recommendations.learning.training_data import TrainingData
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from recommendations.versions.ranking_profiles import carried_over, follow_promoted_version
from recommendations.versions.services import promoted_row

logger = logging.getLogger(__name__)

INTERRUPTED = "The process that trained it ended before it was done."


def begin_version(recommender: str) -> ModelVersion:
    """Create the row of a version in training, and give up those whose training was interrupted."""
    for interrupted in ModelVersion.objects.filter(status=ModelVersion.Status.TRAINING):
        give_up(interrupted, ModelVersion.Status.FAILED, INTERRUPTED)
    return ModelVersion.objects.create(version=artifact_store.new_version(timezone.now()), recommender=recommender)


def write_version(
    row: ModelVersion, data: TrainingData, models: FittedModels, index: ServingIndex, progress: Progress
) -> str:
    """Write the model, the index and the segments of a version, and check the files.

    Return why the version should not be promoted unseen; an empty text when nothing speaks against it. Raise
    ArtifactError or CheckFailed.
    """
    if "fine_tuned_from" in models.figures:
        row.metrics |= carried_over(models.figures["fine_tuned_from"])
    if models.fitted is not None:
        models.fitted.save(artifact_store.model_directory_of(row.version))
    write_artifact(artifact_store.directory_of(row.version), index.to_arrays(), _metadata(row, data))
    check_version(row.version, data.interactions)
    write_segments(row.version, data, index, progress=progress)
    return doubt_about(index, data.interactions)


def _metadata(row: ModelVersion, data: TrainingData) -> dict[str, Any]:
    """Return the metadata of the manifest; recommendations/versions/opening.py reads the first two entries."""
    catalogue = data.catalogue
    weights = popularity_weights(data.log.log, len(catalogue), timezone.now().timestamp())
    return {
        "catalogue_read_at": catalogue.read_at.isoformat(),
        "popularity_scale": float(np.log1p(catalogue.stars + weights).max()),
        "version": row.version,
        "recommender": row.recommender,
        "trained_through": row.trained_through.isoformat() if row.trained_through else None,
        "metrics": row.metrics,
    }


def publish(row: ModelVersion, *, doubt: str = "") -> bool:
    """Promote a checked version unless the gate or a doubt holds it back; return whether it was promoted.

    A version that is held back stays on disk, its row says why, and a person may promote it nevertheless. Raise
    ArtifactError when the pointer cannot be moved; the version before then continues to serve.
    """
    reasons = [reason for reason in (reason_to_hold_back(row.metrics), _loses_learning(row), doubt) if reason]
    row.status = ModelVersion.Status.HELD_BACK if reasons else ModelVersion.Status.READY
    row.message = " ".join(text for text in (row.message, *reasons) if text)
    row.finished_at = timezone.now()
    row.save()
    if reasons:
        logger.warning("Model version %s: %s", row.version, row.message)
        return False
    artifact_store.promote(row.version)
    try:
        follow_promoted_version()
        ModelVersion.objects.mark_promoted(row.version)
        row.refresh_from_db()
    except BEHAVIOUR_DATABASE_ERRORS as error:
        row.status = ModelVersion.Status.PROMOTED
        logger.error("Model version %s serves; the sweep will write it down; this failed now: %s", row.version, error)
    return True


def _loses_learning(row: ModelVersion) -> str:
    """Return why a version that knows only content must not replace one that learned from shoppers; or nothing."""
    if row.recommender != CONTENT_ONLY:
        return ""
    served = promoted_row()
    if served is None or served.recommender == CONTENT_ONLY or served.status == ModelVersion.Status.REFUSED:
        return ""
    if served.version not in artifact_store.versions():
        return ""
    return (
        f"Held back: it ranks by content and popularity alone, and version {served.version} has learned from shoppers. "
        "Check whether events are missing from the log; if it is meant to be empty, promote this one."
    )


def give_up(row: ModelVersion, status: str, message: str) -> None:
    """Delete the files of a version and record why. A version that serves already is left to the sweep."""
    if row.version == artifact_store.promoted_version():
        logger.error("Model version %s serves, but its training ended early: %s", row.version, message)
        return
    artifact_store.discard(row.version)
    row.status, row.message, row.finished_at = status, message, timezone.now()
    row.save()


def prune_versions() -> list[str]:
    """Delete the files of all but MODEL_VERSIONS_KEPT versions, and return the names of those deleted.

    The promoted version, the one to roll back to and the variants of running experiments are kept. Rows keep their
    figures and say that their files are gone.
    """
    before = ModelVersion.objects.served_before(artifact_store.promoted_version())
    previous = before.filter(version__in=artifact_store.versions()).values_list("version", flat=True)[:1]
    variants = [variant for experiment in running_experiments() for variant in experiment.variants]
    compared = [variant.model_version for variant in variants if variant.model_version is not None]
    removed = artifact_store.prune(settings.MODEL_VERSIONS_KEPT, spared=[*previous, *compared])
    ModelVersion.objects.mark_pruned(on_disk=artifact_store.versions())
    return removed
