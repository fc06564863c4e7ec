"""Hourly checks of the shop and its recommendations, and the alarms raised while one is out of bounds."""

import uuid
from dataclasses import dataclass

from django.db import models
from django.utils import timezone


class AlarmQuerySet(models.QuerySet["Alarm"]):
    """Alarms. At most one of each name is raised at a time."""

    def raised(self) -> "AlarmQuerySet":
        return self.filter(cleared_at=None)

    def raise_alarm(self, name: str, *, value: float | None, threshold: float | None, message: str) -> bool:
        """Raise an alarm, or update the raised one; return whether it is new."""
        columns = {"value": value, "threshold": threshold, "message": message}
        if self.raised().filter(name=name).update(**columns):
            return False
        self.create(name=name, **columns)
        return True

    def clear(self, name: str) -> bool:
        """Clear the alarm of this name; return whether it was raised."""
        return bool(self.raised().filter(name=name).update(cleared_at=timezone.now()))


class Check(models.TextChoices):
    """The checks that recommendations/monitoring/alarms.py runs."""

    EVENT_RATE = "event_rate", "Event rate"
    COVERAGE = "coverage", "Coverage of the catalogue"
    EMPTY_RAILS = "empty_rails", "Rails not filled as requested"
    DAMAGED_VERSION = "damaged_version", "Damaged model version"
    DRIFT_CATEGORY = "drift_category", "Drift of categories"
    DRIFT_PRICE = "drift_price", "Drift of prices"
    DRIFT_KIND = "drift_kind", "Drift of kinds of events"

    @classmethod
    def drift(cls) -> "set[Check]":
        """Return the checks whose alarm requests a training."""
        return {cls.DRIFT_CATEGORY, cls.DRIFT_PRICE, cls.DRIFT_KIND}


@dataclass(frozen=True)
class CheckResult:
    """A figure and the bounds it should lie within; `value` is None when there was too little data."""

    check: Check
    value: float | None
    explanation: str
    least: float | None = None
    most: float | None = None


class Measurement(models.Model):
    """One figure at one moment; `value` is empty when there was too little data."""

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
        """Return the bound that the value lies beyond; None when it is within them or unknown."""
        if self.value is None:
            return None
        if self.least is not None and self.value < self.least:
            return self.least
        return self.most if self.most is not None and self.value > self.most else None


class Alarm(models.Model):
    """A check out of bounds, from the first time until it was within them again."""

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
