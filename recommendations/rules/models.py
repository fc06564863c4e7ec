"""Merchandising rules, which the shop sets whatever the model says, and the history of their changes."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Rule sets by what becomes of them."""

    def active(self) -> "RuleSetQuerySet":
        return self.filter(is_active=True)


class RuleQuerySet(models.QuerySet["Rule"]):
    """Merchandising rules."""

    def of_sets(self, rule_set_ids: Collection[uuid.UUID]) -> "RuleQuerySet":
        """Return the rules of these sets, the oldest first; no join."""
        return self.filter(rule_set_id__in=list(rule_set_ids))


LAST_POSITION = 100
MOST_BOOST, LEAST_BURY = 10.0, 0.01
# NULL is excluded by name: what is unknown passes a CHECK.
_HAS_FACTOR = Q(factor__isnull=False, position__isnull=True)
_HAS_POSITION = Q(position__isnull=False, factor__isnull=True)


class RuleSet(models.Model):
    """Rules that are switched on and off together. The active sets hold for everybody, one that is not active can be
    previewed, or compared as the variant of an experiment."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    description = models.TextField(blank=True, help_text="What it is for, for whoever reads this later.")
    is_active = models.BooleanField("active", default=False, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RuleSetQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def content(self) -> dict[str, Any]:
        """Return the columns that people set, as JSON."""
        return {"name": self.name, "description": self.description, "is_active": self.is_active}


class Rule(models.Model):
    """One wish of the shop about a product, or about a category and those below it; in the lists that its scope names.

    segment: {"model_version", "number", "name", "categories": {id: share}, "products": [id], "terms": [word]} of the
    segment of shoppers it was made for: numbers do not outlive a version, so later ones are recognised by these traits
    (recommendations/shoppers/segments.py).
    """

    class Action(models.TextChoices):
        PIN = "pin", "Pin"
        BOOST = "boost", "Boost"
        BURY = "bury", "Bury"
        HIDE = "hide", "Hide"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        RUNS = "runs", "Runs"
        OVER = "over", "Over"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_set = models.ForeignKey(RuleSet, on_delete=models.CASCADE, related_name="rules")
    action = models.CharField(max_length=5, choices=Action.choices)
    product_id = models.UUIDField(null=True, blank=True)
    category_id = models.UUIDField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(null=True, blank=True, help_text="1 to 100, for a pin.")
    factor = models.FloatField(
        null=True, blank=True, help_text="Scores are multiplied by it: above 1 up to 10 to boost, 0.01 up to 1 to bury."
    )
    slot = models.SlugField(
        max_length=32, blank=True, db_index=False, help_text="home, product, cart, category, order, api; empty: all."
    )
    intent = models.CharField(max_length=20, blank=True)
    listed_category_id = models.UUIDField(null=True, blank=True)
    segment = models.JSONField(null=True, blank=True, editable=False)
    starts_at = models.DateTimeField(null=True, blank=True, help_text="Empty: at once.")
    ends_at = models.DateTimeField(null=True, blank=True, help_text="From then on it does not hold. Empty: never.")
    note = models.CharField(max_length=200, blank=True, help_text="Why, for whoever reads this later.")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(product_id__isnull=False, category_id__isnull=True)
                | Q(product_id__isnull=True, category_id__isnull=False),
                name="rule_about_a_product_or_a_category",
            ),
            models.CheckConstraint(
                condition=Q(action="hide", position__isnull=True, factor__isnull=True)
                | Q(_HAS_FACTOR, action="boost", factor__gt=1, factor__lte=MOST_BOOST)
                | Q(_HAS_FACTOR, action="bury", factor__gte=LEAST_BURY, factor__lt=1)
                | Q(_HAS_POSITION, action="pin", product_id__isnull=False, position__range=(1, LAST_POSITION)),
                name="rule_with_what_its_action_needs",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="rule_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        about = "a product" if self.product_id else "a category"
        to = f" to {self.position}" if self.position else f" × {self.factor:g}" if self.factor else ""
        scope = [
            f"in {self.slot}" if self.slot else "",
            self.intent,
            "in one category's lists" if self.listed_category_id else "",
            "for one segment" if self.segment else "",
            f"from {self.starts_at:%Y-%m-%d}" if self.starts_at else "",
            f"until {self.ends_at:%Y-%m-%d}" if self.ends_at else "",
        ]
        return ", ".join([f"{self.get_action_display()} {about}{to}", *filter(None, scope)])

    def clean(self) -> None:
        """Refuse an invalid rule, naming the field and what belongs there."""
        errors = self._errors_of_action()
        if bool(self.product_id) == bool(self.category_id):
            errors["product_id"] = "Name a product or a category, one of the two."
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            errors["ends_at"] = "It must end after it starts."
        if errors:
            raise ValidationError(errors)

    def state(self, moment: datetime) -> "Rule.State":
        """Return the state of its schedule at a moment."""
        if self.starts_at and moment < self.starts_at:
            return self.State.WAITING
        return self.State.OVER if self.ends_at and moment >= self.ends_at else self.State.RUNS

    def content(self) -> dict[str, Any]:
        """Return the columns that people set, as JSON: serving reads them, experiments and the history keep them."""
        return {
            "action": self.action,
            "product_id": self.product_id and self.product_id.hex,
            "category_id": self.category_id and self.category_id.hex,
            "position": self.position,
            "factor": self.factor,
            "slot": self.slot,
            "intent": self.intent,
            "listed_category_id": self.listed_category_id and self.listed_category_id.hex,
            "segment": self.segment,
            "starts_at": self.starts_at and self.starts_at.isoformat(),
            "ends_at": self.ends_at and self.ends_at.isoformat(),
            "note": self.note,
        }

    def _errors_of_action(self) -> dict[str, str]:
        """Return what the action lacks and what does not belong to it, as messages by field."""
        errors: dict[str, str] = {}
        is_pin, factor = self.action == self.Action.PIN, self.factor
        if is_pin and not (self.position and 1 <= self.position <= LAST_POSITION):
            errors["position"] = f"A pin needs a position, 1 to {LAST_POSITION}."
        if is_pin and self.category_id:
            errors["category_id"] = "Only a product can be pinned, not a category."
        if not is_pin and self.position is not None:
            errors["position"] = "Only a pin has a position."
        if self.action == self.Action.BOOST and not (factor and 1 < factor <= MOST_BOOST):
            errors["factor"] = f"To boost, the factor must be above 1, at most {MOST_BOOST:g}."
        if self.action == self.Action.BURY and not (factor and LEAST_BURY <= factor < 1):
            errors["factor"] = f"To bury, the factor must be at least {LEAST_BURY:g} and below 1."
        if self.action in (self.Action.PIN, self.Action.HIDE) and factor is not None:
            errors["factor"] = "Only a boost or a bury has a factor."
        return errors


class RuleChange(models.Model):
    """A change of a rule or a set: before, after, author, time. Append-only; outlives its rules.

    - `changed_by`: None when no person did.
    """

    class Verb(models.TextChoices):
        MADE = "made", "Made"
        CHANGED = "changed", "Changed"
        DELETED = "deleted", "Deleted"
        ACTIVATED = "activated", "Activated"
        DEACTIVATED = "deactivated", "Deactivated"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rule_set_id = models.UUIDField(db_index=True)
    rule_set_name = models.CharField(max_length=80)
    rule_id = models.UUIDField(null=True, help_text="Empty: the set itself was changed.")
    verb = models.CharField(max_length=11, choices=Verb.choices)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    changed_by = models.UUIDField(null=True, help_text="The account.")
    changed_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        ordering = ["-changed_at"]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {'a rule of ' if self.rule_id else ''}{self.rule_set_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store a new row; stored ones are never edited."""
        if not self._state.adding:
            raise ValueError("A change of rules is written once and never edited.")
        super().save(*args, **kwargs)
