"""The last step of a training: let the new version serve, or hold it back; and delete the files of old ones."""

import logging

from django.conf import settings
from django.utils import timezone

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.experiments.running import running_experiments
from recommendations.learning.fitting import CONTENT_ONLY
from recommendations.learning.gate import held_back_because
from recommendations.versions import artifact_store
from recommendations.versions.learned_weights import follow_promoted_version
from recommendations.versions.models import ModelVersion

logger = logging.getLogger(__name__)


def publish(row: ModelVersion, *, doubt: str = "") -> bool:
    """Promote a version whose files passed their checks, unless the gate or a doubt holds it back; tell whether it
    serves.

    What is held back stays on disk, its row says why, and a person may promote it all the same. Raises ArtifactError
    when the pointer cannot be moved; the version before goes on serving then.
    """
    reasons = [reason for reason in (held_back_because(row.metrics), _loses_what_was_learned(row), doubt) if reason]
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
        logger.error("Model version %s serves; the sweep will write it down, now this failed: %s", row.version, error)
    return True


def _loses_what_was_learned(row: ModelVersion) -> str:
    """Return why a version that knows content alone must not replace one that has learned from shoppers; or nothing."""
    if row.recommender != CONTENT_ONLY:
        return ""
    served = ModelVersion.objects.filter(version=artifact_store.promoted_version() or "").first()
    if served is None or served.recommender == CONTENT_ONLY or served.status == ModelVersion.Status.REFUSED:
        return ""
    if served.version not in artifact_store.versions():
        return ""
    return (
        f"Held back: it ranks by content and popularity alone, and version {served.version} has learned from shoppers. "
        "See whether events are missing from the log; if it is meant to be empty, promote this one."
    )


def prune_versions() -> list[str]:
    """Delete the files of all but MODEL_VERSIONS_KEPT versions, never those of the promoted one and of the one to roll
    back to nor of variants in running experiments; rows keep their figures and say that their files are gone. Returns
    the names of those deleted."""
    before = ModelVersion.objects.served_before(artifact_store.promoted_version())
    previous = before.filter(version__in=artifact_store.versions()).values_list("version", flat=True)[:1]
    variants = [variant for experiment in running_experiments() for variant in experiment.variants]
    compared = [variant.model_version for variant in variants if variant.model_version is not None]
    removed = artifact_store.prune(settings.MODEL_VERSIONS_KEPT, spared=[*previous, *compared])
    ModelVersion.objects.mark_pruned(on_disk=artifact_store.versions())
    return removed
