"""Segments: how the shoppers and the products of a model version fall into groups."""

import uuid

from django.db import models
from django.utils import timezone


class SegmentKind(models.TextChoices):
    """What is grouped."""

    SHOPPERS = "shoppers", "Shoppers"
    PRODUCTS = "products", "Products"


class Segmentation(models.Model):
    """One grouping of a model version: how many segments were tried, and a map. Written once, before promotion.

    A version keeps its own, in its own space, so rolling back brings its segments back too.
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
