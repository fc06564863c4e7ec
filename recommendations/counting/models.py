"""Tables of lists that were shown: impressions of experiments and counts of rails."""

import uuid
from datetime import datetime

from django.db import IntegrityError, models, router, transaction
from django.utils import timezone


class RailCountQuerySet(models.QuerySet["RailCount"]):
    """Counts of rails per hour and intent."""

    def add(self, hour: datetime, intent: str, **counts: int) -> None:
        """Add to the counts of an hour and an intent; safe for many processes at once."""
        increments = {name: models.F(name) + count for name, count in counts.items()}
        if self.filter(hour=hour, intent=intent).update(**increments):
            return
        try:
            with transaction.atomic(using=router.db_for_write(self.model)):
                self.create(hour=hour, intent=intent, **counts)
        except IntegrityError:
            self.filter(hour=hour, intent=intent).update(**increments)

    def totals(self) -> dict[str, dict[str, int]]:
        """Return the sums of each count by intent."""
        sums = {name: models.Sum(name) for name in ("answered", "empty", "short", "fallback")}
        return {row.pop("intent"): row for row in self.order_by().values("intent").annotate(**sums)}


class RailCount(models.Model):
    """Counts of the rails of an intent in an hour.

    `answered` counts all of them. `empty`, `short` and `fallback` exclude each other, in this order.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    hour = models.DateTimeField()
    intent = models.CharField(max_length=20)
    answered = models.PositiveIntegerField(default=0)
    empty = models.PositiveIntegerField(default=0, help_text="Without any product.")
    short = models.PositiveIntegerField(default=0, help_text="With fewer products than asked for.")
    fallback = models.PositiveIntegerField(default=0, help_text="As long as asked for, with popular products.")

    objects = RailCountQuerySet.as_manager()

    class Meta:
        ordering = ["-hour", "intent"]
        constraints = [models.UniqueConstraint(fields=["hour", "intent"], name="one_rail_count_per_hour_and_intent")]

    def __str__(self) -> str:
        return f"{self.intent} in the hour of {self.hour:%Y-%m-%d %H:%M}"


class Impression(models.Model):
    """A list shown to a shopper of an experiment. `id` is its recomm_id, which a click on it carries. Append-only."""

    id = models.UUIDField(primary_key=True, editable=False)
    experiment_id = models.UUIDField(db_index=True)
    variant_id = models.UUIDField()
    shopper_id = models.UUIDField()
    slot = models.CharField(max_length=32, blank=True)
    intent = models.CharField(max_length=20)
    model_version = models.CharField(max_length=40)
    product_count = models.PositiveSmallIntegerField()
    shown_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.slot or 'a list'} with {self.product_count} products for {self.shopper_id}"
