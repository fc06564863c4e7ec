"""How the shop and its recommendations fare: measured every hour, with an alarm while something is out of bounds."""

import uuid

from django.db import models
from django.utils import timezone


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Alarms; each name has at most one raised at a time."""

    def raised(self) -> "AlarmQuerySet":
        return self.filter(cleared_at=None)

    def raise_alarm(self, name: str, *, value: float | None, threshold: float | None, message: str) -> bool:
        """Raise an alarm, or bring the raised one up to date; tell whether it is new."""
        columns = {"value": value, "threshold": threshold, "message": message}
        if self.raised().filter(name=name).update(**columns):
            return False
        self.create(name=name, **columns)
        return True

    def clear(self, name: str) -> bool:
        """Clear the alarm of this name; tell whether it was raised."""
        return bool(self.raised().filter(name=name).update(cleared_at=timezone.now()))


class Check(models.TextChoices):
    """What is measured; recommendations/monitoring/watching.py does it."""

    EVENT_RATE = "event_rate", "Event rate"
    COVERAGE = "coverage", "Coverage of the catalogue"
    EMPTY_RAILS = "empty_rails", "Rails not filled as asked"
    DAMAGED_VERSION = "damaged_version", "Damaged model version"
    DRIFT_CATEGORY = "drift_category", "Drift of categories"
    DRIFT_PRICE = "drift_price", "Drift of prices"
    DRIFT_KIND = "drift_kind", "Drift of kinds of events"

    @classmethod
    def drift(cls) -> "set[Check]":
        """Return the checks that ask for a training."""
        return {cls.DRIFT_CATEGORY, cls.DRIFT_PRICE, cls.DRIFT_KIND}


class Measurement(models.Model):
    """One figure at one moment; `value` is empty when there was too little to tell."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40, help_text="Which check.")
    measured_at = models.DateTimeField(default=timezone.now)
    value = models.FloatField(null=True, blank=True)
    least = models.FloatField(null=True, blank=True, help_text="Below this the alarm is raised.")
    most = models.FloatField(null=True, blank=True, help_text="Above this the alarm is raised.")
    explanation = models.TextField(help_text="What was compared with what, in words.")

    class Meta:
        ordering = ["-measured_at"]
        indexes = [models.Index(fields=["name", "-measured_at"], name="measurement_by_name")]

    def __str__(self) -> str:
        return f"{self.name} at {self.measured_at:%Y-%m-%d %H:%M}"

    @property
    def crossed(self) -> float | None:
        """Return the bound that the value lies beyond, None while it is within them or not known."""
        if self.value is None:
            return None
        if self.least is not None and self.value < self.least:
            return self.least
        return self.most if self.most is not None and self.value > self.most else None


class Alarm(models.Model):
    """Something out of bounds: from when it was first seen until it was well again."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=40)
    raised_at = models.DateTimeField(default=timezone.now)
    cleared_at = models.DateTimeField(null=True, blank=True)
    value = models.FloatField(null=True, blank=True, help_text="The newest figure while it was raised.")
    threshold = models.FloatField(null=True, blank=True)
    message = models.TextField(blank=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at"]
        indexes = [models.Index(fields=["name", "-raised_at"], name="alarm_by_name")]

    def __str__(self) -> str:
        return f"{self.name}, raised {self.raised_at:%Y-%m-%d %H:%M}"

    @property
    def is_raised(self) -> bool:
        return self.cleared_at is None
