"""Which weights rank."""

from recommendations import serving
from recommendations.models import RankingProfile


def activate_profile(*, name: str) -> None:
    """Let this profile rank and no other; this process follows at once, the others within a second."""
    RankingProfile.objects.filter(name=name).update(is_active=True)
    RankingProfile.objects.exclude(name=name).filter(is_active=True).update(is_active=False)
    serving.look_again()
