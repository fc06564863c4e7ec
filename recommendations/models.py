"""The behaviour tables. Plain UUIDs, no foreign keys: they may live in another database than the shop (MongoDB)."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone

from recommendations.event_weights import Kind
from recommendations.querysets import InteractionQuerySet, LeaseQuerySet, ModelVersionQuerySet, VisitorLinkQuerySet


class Interaction(models.Model):
    """One thing a shopper did. Append-only: the truth from which everything else can be rebuilt.

    `id` is the event's own id, so sending an event twice stores it once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shopper_id = models.UUIDField(help_text="The account's id, or the visitor's.")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value.replace("_", " ")) for kind in Kind])
    product_id = models.UUIDField(null=True, blank=True)
    value = models.FloatField(
        null=True,
        blank=True,
        help_text="Stars of a rating, quantity of a purchase; 0 takes a “not interested” back.",
    )
    query = models.CharField(max_length=200, blank=True, help_text="The words of a search.")
    source = models.CharField(max_length=32, default="shop", help_text="shop, api, or the import's format.")
    occurred_at = models.DateTimeField(default=timezone.now)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["shopper_id", "-occurred_at"], name="interaction_by_shopper"),
            models.Index(fields=["recorded_at"], name="interaction_by_arrival"),
            models.Index(fields=["product_id", "kind"], name="interaction_by_product"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.product_id or self.query!r} by {self.shopper_id}"

    @staticmethod
    def purchase_id(order_id: uuid.UUID, product_id: uuid.UUID) -> uuid.UUID:
        """Return the id of a purchase: it follows from the order, so hearing of an order twice stores it once."""
        return uuid.uuid5(order_id, product_id.hex)


class VisitorLink(models.Model):
    """An anonymous visitor who turned out to be this account: their events count as the account's from then on."""

    visitor_id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField(db_index=True)
    linked_at = models.DateTimeField(default=timezone.now)

    objects = VisitorLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.visitor_id} is {self.user_id}"


class ShopperProfile(models.Model):
    """What ranking needs of one shopper, computed from their whole log by a task; rebuilt, never edited."""

    shopper_id = models.UUIDField(primary_key=True)
    model_version = models.CharField(max_length=40, blank=True, help_text="The version whose space `vector` lies in.")
    vector = models.BinaryField(default=bytes, help_text="float32, little-endian, unit length; empty without events.")
    history = models.JSONField(default=dict, help_text="See recommendations/profiles.py.")
    event_count = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Profile of {self.shopper_id}"


class IndexedProduct(models.Model):
    """A product saved since the promoted version was built: its entry beside the version's memory-mapped tables."""

    product_id = models.UUIDField(primary_key=True)
    model_version = models.CharField(max_length=40)
    vector = models.BinaryField(default=bytes, help_text="float32, little-endian, unit length, from content.")
    entry = models.JSONField(default=dict, help_text="Category, terms and popularity; see recommendations/serving.py.")
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Index entry of {self.product_id}"


class ModelVersion(models.Model):
    """One trained artefact on disk, with its figures."""

    class Status(models.TextChoices):
        TRAINING = "training", "Training"
        READY = "ready", "Ready"
        PROMOTED = "promoted", "Promoted"
        REFUSED = "refused", "Refused"
        FAILED = "failed", "Failed"

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


class Lease(models.Model):
    """Who may do a job that must run alone; expires by itself when its holder dies."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.UUIDField(default=uuid.uuid4)
    expires_at = models.DateTimeField()

    objects = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} until {self.expires_at:%Y-%m-%d %H:%M}"


class ReadMark(models.Model):
    """How far a periodic job has read; it starts a little before, because rows become visible out of order."""

    name = models.CharField(max_length=40, primary_key=True)
    read_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} read until {self.read_until:%Y-%m-%d %H:%M:%S}"
