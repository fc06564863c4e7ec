"""The interaction log, the links from visitors to accounts, and the shopper profiles."""

import uuid
from collections.abc import Collection
from datetime import datetime

from django.db import models
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """Interactions."""

    def of_shoppers(self, shopper_ids: Collection[uuid.UUID]) -> "InteractionQuerySet":
        return self.filter(shopper_id__in=shopper_ids)

    def recorded_since(self, moment: datetime) -> "InteractionQuerySet":
        return self.filter(recorded_at__gte=moment)

    def more_than(self, count: int, *, since: datetime | None) -> bool:
        """Tell whether more than `count` were recorded after a moment; read at most that many index entries."""
        newer = self if since is None else self.filter(recorded_at__gt=since)
        return newer.order_by("recorded_at").values_list("recorded_at")[count : count + 1].exists()


class VisitorLinkQuerySet(models.QuerySet["VisitorLink"]):
    """Links from visitors to accounts."""

    def visitors_of(self, shopper_id: uuid.UUID) -> list[uuid.UUID]:
        """Return the visitors whose events count for this account, oldest link first."""
        links = self.filter(user_id=shopper_id).order_by("linked_at", "visitor_id")
        return list(links.values_list("visitor_id", flat=True))

    def owner_of(self, visitor_id: uuid.UUID) -> uuid.UUID | None:
        """Return the account that a visitor signed in to, if any."""
        return self.filter(visitor_id=visitor_id).values_list("user_id", flat=True).first()


class Interaction(models.Model):
    """One thing a shopper did. The log is append-only, and everything else can be rebuilt from it.

    `id` is the event's own id, so that an event sent twice is stored once.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shopper_id = models.UUIDField(help_text="The account's id, or the visitor's.")
    kind = models.CharField(max_length=16, choices=[(kind.value, kind.value.replace("_", " ")) for kind in Kind])
    product_id = models.UUIDField(null=True, blank=True)
    category_id = models.UUIDField(null=True, blank=True, help_text="The category that was chosen.")
    value = models.FloatField(
        null=True,
        blank=True,
        help_text="Stars of a rating, quantity of a purchase; 0 takes a “not interested” or a chosen category back.",
    )
    query = models.CharField(max_length=200, blank=True, help_text="The words of a search.")
    recomm_id = models.UUIDField(null=True, blank=True, help_text="The recommended list it was clicked in.")
    source = models.CharField(max_length=32, default="shop", help_text="shop, api, or the import's format.")
    origin = models.PositiveIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text="16 bits of where it came from, see accounts/callers.py.",
    )
    occurred_at = models.DateTimeField(default=timezone.now)
    recorded_at = models.DateTimeField(default=timezone.now, editable=False)

    # Sources of events in this shop; other sources are imports and demo data.
    LIVE_SOURCES = frozenset({"shop", "api"})

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
        """Return the id of a purchase, derived from the order, so that an order reported twice is stored once."""
        return uuid.uuid5(order_id, product_id.hex)


class VisitorLink(models.Model):
    """A link from an anonymous visitor to the account they signed in to: their events count for the account."""

    visitor_id = models.UUIDField(primary_key=True)
    user_id = models.UUIDField(db_index=True)
    linked_at = models.DateTimeField(default=timezone.now)

    objects = VisitorLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.visitor_id} is {self.user_id}"


class ShopperProfile(models.Model):
    """Everything ranking needs to know of one shopper, recomputed by a task from their whole log; never edited."""

    shopper_id = models.UUIDField(primary_key=True)
    model_version = models.CharField(max_length=40, blank=True, help_text="The version whose space `vector` lies in.")
    vector = models.BinaryField(default=bytes, help_text="float32, little-endian, unit length; empty without events.")
    history = models.JSONField(default=dict, help_text="See recommendations/behaviour/profiles.py.")
    ranked_ahead = models.BinaryField(
        default=bytes, help_text="A list for this shopper, see recommendations/lists/ranked_ahead.py."
    )
    event_count = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Profile of {self.shopper_id}"
