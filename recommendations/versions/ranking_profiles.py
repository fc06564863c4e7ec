"""Which weights rank."""

from typing import Any

from django.apps import AppConfig
from django.db import router

from recommendations.versions.learned_weights import make_own_profiles
from recommendations.versions.models import RankingProfile
from recommendations.versions.signals import ranking_profile_changed


def seed_profiles(*, sender: AppConfig, using: str, **_: Any) -> None:
    """Make the shop's own profiles after each `migrate`, where they are missing."""
    if using == router.db_for_write(RankingProfile) and router.allow_migrate_model(using, RankingProfile):
        make_own_profiles()


def activate_profile(*, name: str) -> None:
    """Let this profile rank and no other; this process follows at once, the others within a second."""
    RankingProfile.objects.filter(name=name).update(is_active=True)
    RankingProfile.objects.exclude(name=name).filter(is_active=True).update(is_active=False)
    ranking_profile_changed.send(sender=RankingProfile)
