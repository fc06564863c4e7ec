"""The ranking profiles the shop has of its own: `classic`, which never changes, and `learned`.

Learned weights belong to a model version: its training found them (recommendations/learning/weighing.py) and keeps them
in its figures. The row `learned` says what the version that serves has learned, after a promotion and after a roll back
alike. It ranks nobody until a person activates it or puts it into an experiment.
"""

from typing import Any

from django.db import IntegrityError, router, transaction

from ml.ranking import Weights
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion, RankingProfile

CLASSIC, LEARNED = "classic", "learned"
OWN = (CLASSIC, LEARNED)
# Where ModelVersion.metrics keeps them.
FIGURES = "learned_weights"
_ATTEMPTS = 5


def follow_promoted_version() -> None:
    """Write into `learned` what the version that serves has learned; classic's weights when it has learned none.

    Of two promotions at once the later pointer counts: it is looked at again after the write.
    """
    for _ in range(_ATTEMPTS):
        version = artifact_store.promoted_version()
        _write(LEARNED, _weights_of(_figures_of(version)))
        if artifact_store.promoted_version() == version:
            return


def carried_over(version: str) -> dict[str, Any]:
    """Return the part of ModelVersion.metrics with which a version trained on from another has the other's weights."""
    figures = _figures_of(version)
    return {FIGURES: {"found_by": version} | figures} if figures else {}


def make_own_profiles() -> None:
    """Make the rows that are missing; one that is there stays as it is."""
    for name in OWN:
        _create(name, Weights())


def learned_figures() -> dict[str, Any]:
    """Return where the learned weights come from: `version`, the one that serves, and the figures of its training,
    `found_by` an earlier one when it was trained on from that; nothing but the version when it has learned none, and
    nothing while none serves. One query."""
    version = artifact_store.promoted_version()
    return {"version": version} | _figures_of(version) if version else {}


def _figures_of(version: str | None) -> dict[str, Any]:
    row = ModelVersion.objects.filter(version=version or "").first()
    return dict((row.metrics.get(FIGURES) or {}) if row else {})


def _weights_of(figures: dict[str, Any]) -> Weights:
    try:
        return Weights(**figures.get("weights", {}))
    except (TypeError, ValueError):
        return Weights()


def _write(name: str, weights: Weights) -> None:
    if not RankingProfile.objects.filter(name=name).update(**_columns(weights)):
        _create(name, weights)


def _create(name: str, weights: Weights) -> None:
    if RankingProfile.objects.filter(name=name).exists():
        return
    try:
        with transaction.atomic(using=router.db_for_write(RankingProfile)):
            RankingProfile.objects.create(name=name, **_columns(weights))
    except IntegrityError:
        return  # another process was faster


def _columns(weights: Weights) -> dict[str, float]:
    return {f"{part}_weight": getattr(weights, part) for part in RankingProfile.PARTS}
