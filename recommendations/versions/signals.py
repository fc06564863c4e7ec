"""Signal of another active ranking profile."""

from django.dispatch import Signal

ranking_profile_changed = Signal()
