"""Model versions, ranking profiles and segments."""

import uuid
from collections.abc import Collection
from typing import ClassVar

from django.db import models
from django.utils import timezone


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    """Trained versions and their status."""

    def usable_before(self, row: "ModelVersion") -> "ModelVersionQuerySet":
        """Return the versions before one that can serve, or could while they had files, newest first."""
        status = self.model.Status
        usable = self.filter(status__in=[status.READY, status.PROMOTED, status.PRUNED], created_at__lt=row.created_at)
        return usable.order_by("-created_at")

    def served_before(self, version: str | None) -> "ModelVersionQuerySet":
        """Return the versions older than one (None: all) that served and may serve again, the last to serve first.

        A second roll back thus leads to a still older version, not to the one that was rolled back.
        """
        status = self.model.Status
        served = self.filter(promoted_at__isnull=False, status__in=[status.READY, status.PROMOTED])
        return (served if version is None else served.filter(version__lt=version)).order_by("-promoted_at")

    def refused_when_loaded(self) -> "ModelVersionQuerySet":
        """Return the versions that served and were then damaged: something is wrong with the disk."""
        return self.filter(status=self.model.Status.REFUSED, promoted_at__isnull=False)

    def mark_promoted(self, version: str) -> None:
        """Record that this version is served now; the pointer on disk decides which one is."""
        status = self.model.Status
        self.filter(status=status.PROMOTED).exclude(version=version).update(status=status.READY)
        self.filter(version=version, status=status.REFUSED).update(message="")
        self.filter(version=version).update(status=status.PROMOTED, promoted_at=timezone.now())

    def mark_refused(self, version: str, reason: str) -> bool:
        """Record that a process could not load a promoted version; return False when that is recorded already."""
        known = self.filter(version=version, promoted_at__isnull=False)
        status = self.model.Status.REFUSED
        return bool(known.exclude(status=status).update(status=status, message=reason))

    def mark_pruned(self, *, on_disk: Collection[str]) -> int:
        """Record which versions have no files any more, and return how many they are."""
        status = self.model.Status
        with_files = self.filter(status__in=[status.READY, status.HELD_BACK])
        return with_files.exclude(version__in=list(on_disk)).update(status=status.PRUNED)


class ModelVersion(models.Model):
    """One trained artefact on disk, with its figures.

    The status; `message` says why:

    - ready: it passed its checks, or served before another version did.
    - held back: sound, but worse than the promoted version; a person may promote it.
    - refused: must not serve, by its training or, with `promoted_at`, because a process could not load it.
    - failed, cancelled: its training ended early.
    - pruned: only the figures are left.

    `metrics` is JSON: "quality" by recommender, "gate" against the promoted version (recommendations/learning/gate.py).
    """

    class Status(models.TextChoices):
        TRAINING = "training", "Training"
        READY = "ready", "Ready"
        PROMOTED = "promoted", "Promoted"
        HELD_BACK = "held_back", "Held back"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
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


class RankingProfile(models.Model):
    """Named weights of the composite score; the active one ranks."""

    name = models.CharField(max_length=40, primary_key=True)
    cosine_weight = models.FloatField(default=0.30)
    popularity_weight = models.FloatField(default=0.10)
    category_weight = models.FloatField(default=0.30)
    keyword_weight = models.FloatField(default=0.30)
    is_active = models.BooleanField("active", default=False)

    PARTS: ClassVar[tuple[str, ...]] = ("cosine", "popularity", "category", "keyword")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def weights(self) -> dict[str, float]:
        """Return the weight of each part of the score."""
        return {part: getattr(self, f"{part}_weight") for part in self.PARTS}


class SegmentKind(models.TextChoices):
    """The members of a segment."""

    SHOPPERS = "shoppers", "Shoppers"
    PRODUCTS = "products", "Products"


class Segmentation(models.Model):
    """The segments of one kind of a model version: the numbers tried, and a map. Written once, before promotion.

    Each version keeps its own, in its own space, so a roll back brings its segments back too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model_version = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=SegmentKind.choices)
    segment_count = models.PositiveSmallIntegerField("segments", default=0)
    member_count = models.PositiveIntegerField("members", default=0)
    silhouettes = models.JSONField(default=dict, help_text="Mean silhouette, -1 to 1, by number of segments tried.")
    map_points = models.JSONField(default=list, help_text="[number of the segment, x, y] of a sample of the members.")
    map_variance = models.FloatField(default=0.0, help_text="The share of the variance that the map shows.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-model_version", "-kind"]
        constraints = [
            models.UniqueConstraint(fields=["model_version", "kind"], name="one_segmentation_of_a_kind_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of version {self.model_version}"


class Segment(models.Model):
    """One group of shoppers or products of a model version: those nearest to its centroid. Number 1 is the largest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model_version = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=SegmentKind.choices)
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120, help_text="Made of the category and the words that set it apart.")
    size = models.PositiveIntegerField()
    top_categories = models.JSONField(default=list, help_text="[category id, name, share], what sets it apart first.")
    top_products = models.JSONField(default=list, help_text="[product id, share], what sets it apart first.")
    top_terms = models.JSONField(default=list)
    centroid = models.BinaryField(default=bytes, help_text="float32, little-endian, in the version's space.")

    class Meta:
        ordering = ["-model_version", "-kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["model_version", "kind", "number"], name="segment_number_once_per_version")
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"
