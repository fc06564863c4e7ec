"""What ranking needs of each shopper."""

from django.db import models
from django.utils import timezone


class ShopperProfile(models.Model):
    """What ranking needs of one shopper, computed from their whole log by a task; rebuilt, never edited."""

    shopper_id = models.UUIDField(primary_key=True)
    model_version = models.CharField(max_length=40, blank=True, help_text="The version whose space `vector` lies in.")
    vector = models.BinaryField(default=bytes, help_text="float32, little-endian, unit length; empty without events.")
    history = models.JSONField(default=dict, help_text="See recommendations/profiles.py.")
    ranked_ahead = models.BinaryField(
        default=bytes, help_text="A list for this shopper, see recommendations/selectors/ranked_ahead.py."
    )
    event_count = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Profile of {self.shopper_id}"
