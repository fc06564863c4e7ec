"""The shop's own ranking profiles: `classic`, which never changes, and `learned`.

Learned weights belong to a model version: its training finds them (recommendations/learning/score_weights.py) and
stores them in its figures. The row `learned` holds those of the promoted version, after a promotion and after a roll
back alike. It ranks nobody until a person activates it or adds it to an experiment.
"""

from typing import Any

from django.apps import AppConfig
from django.db import IntegrityError, router, transaction
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from ml.ranking import Weights
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion, RankingProfile
from recommendations.versions.signals import ranking_profile_changed

CLASSIC, LEARNED = "classic", "learned"
OWN = (CLASSIC, LEARNED)
# Key in ModelVersion.metrics.
FIGURES = "learned_weights"
_ATTEMPTS = 5


def follow_promoted_version() -> None:
    """Write the weights of the promoted version into `learned`; classic's weights when it has learned none.

    Read the pointer again after the write: of two promotions at once the later one counts.
    """
    for _ in range(_ATTEMPTS):
        version = artifact_store.promoted_version()
        _write(LEARNED, _weights_of(_figures_of(version)))
        if artifact_store.promoted_version() == version:
            return


def carried_over(version: str) -> dict[str, Any]:
    """Return the part of ModelVersion.metrics that gives a fine-tuned version the weights it started from."""
    figures = _figures_of(version)
    return {FIGURES: {"found_by": version} | figures} if figures else {}


def make_own_profiles() -> None:
    """Create the rows that are missing; existing ones stay as they are."""
    for name in OWN:
        _create(name, Weights())


@receiver(post_migrate, dispatch_uid="recommendations.ranking_profiles")
def seed_profiles(*, sender: AppConfig, using: str, **_: Any) -> None:
    """Create missing profiles of the shop after each `migrate`."""
    is_own_table = sender.label == RankingProfile._meta.app_label and using == router.db_for_write(RankingProfile)
    if is_own_table and router.allow_migrate_model(using, RankingProfile):
        make_own_profiles()


def activate_profile(*, name: str) -> None:
    """Make this the only active profile; this process follows at once, the others within a second."""
    RankingProfile.objects.filter(name=name).update(is_active=True)
    RankingProfile.objects.exclude(name=name).filter(is_active=True).update(is_active=False)
    ranking_profile_changed.send(sender=RankingProfile)


def learned_figures() -> dict[str, Any]:
    """Return the origin of the learned weights: `version`, the promoted one, and the figures of its training, with
    `found_by` when they come from an earlier version it was fine-tuned from.

    Only `version` when it has learned none; an empty dictionary before the first promotion. One query.
    """
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
