"""Signal sent when another ranking profile becomes active."""

from django.dispatch import Signal

ranking_profile_changed = Signal()
