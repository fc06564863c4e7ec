"""What was trained, and what became of it."""

from django.db import models
from django.utils import timezone

from recommendations.querysets import ModelVersionQuerySet


class ModelVersion(models.Model):
    """One trained artefact on disk, with its figures.

    ready: passed, or served before another one did; held back: sound, but worse than what serves, a person may promote
    it; refused: must not serve, in training or, with promoted_at set, when a process loaded it; pruned: only the
    figures are left. message says why. metrics: JSON; "quality" by recommender, "gate" against the version that served
    (recommendations/worker/gate.py).
    """

    class Status(models.TextChoices):
        TRAINING = "training", "Training"
        READY = "ready", "Ready"
        PROMOTED = "promoted", "Promoted"
        HELD_BACK = "held_back", "Held back"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        PRUNED = "pruned", "Files deleted"

    version = models.CharField(max_length=40, primary_key=True)
    recommender = models.CharField(max_length=40, default="dmf")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.TRAINING)
    metrics = models.JSONField(default=dict, blank=True)
    interaction_count = models.PositiveIntegerField(default=0)
    trained_through = models.DateTimeField(null=True, blank=True, help_text="The last interaction taken in.")
    message = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True, blank=True)
    promoted_at = models.DateTimeField(null=True, blank=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.version
