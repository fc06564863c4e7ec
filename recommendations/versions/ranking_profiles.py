"""Ranking profiles: seed the shop's own, and activate one."""

from typing import Any

from django.apps import AppConfig
from django.db import router

from recommendations.versions.learned_weights import make_own_profiles
from recommendations.versions.models import RankingProfile
from recommendations.versions.signals import ranking_profile_changed


def seed_profiles(*, sender: AppConfig, using: str, **_: Any) -> None:
    """Create missing profiles of the shop after each `migrate`."""
    if using == router.db_for_write(RankingProfile) and router.allow_migrate_model(using, RankingProfile):
        make_own_profiles()


def activate_profile(*, name: str) -> None:
    """Make this the only active profile; this process follows at once, the others within a second."""
    RankingProfile.objects.filter(name=name).update(is_active=True)
    RankingProfile.objects.exclude(name=name).filter(is_active=True).update(is_active=False)
    ranking_profile_changed.send(sender=RankingProfile)
