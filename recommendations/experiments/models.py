"""Tables of experiments, their variants and the first looks of shoppers."""

import uuid

from django.db import IntegrityError, connections, models, router
from django.utils import timezone


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    """Experiments by state and slot."""

    def running(self) -> "ExperimentQuerySet":
        return self.filter(state=self.model.State.RUNNING)

    def sharing_slot(self, slot: str) -> "ExperimentQuerySet":
        """Return those that would assign the shoppers of a slot too; the empty slot means all."""
        return self.filter(slot__in=[slot, ""]) if slot else self.all()


class ExposureQuerySet(models.QuerySet["Exposure"]):
    """First looks; each is written once."""

    def add_once(self, row: "Exposure") -> None:
        """Store the row unless its shopper has one in this experiment, in one statement where the database can."""
        if connections[router.db_for_write(self.model)].features.supports_ignore_conflicts:
            self.model._default_manager.bulk_create([row], ignore_conflicts=True)
            return
        try:
            row.save(force_insert=True)
        except IntegrityError:
            return  # another process was faster


class Experiment(models.Model):
    """A comparison of variants in a slot, or in all of them. Shoppers are assigned to variants while it runs.

    `plan` is what runs: JSON, written once at the start, so that a profile edited later changes no comparison:
    {"variants": [{"id", "name", "share", "weights" or null, "model_version" or null, "rule_set": its name or "",
    "rules": [...]}, ...]}, the rules as `Rule.content` gives them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80, unique=True)
    slot = models.SlugField(
        max_length=32, blank=True, db_index=False, help_text="home, product, cart, category, order, api; empty: all."
    )
    question = models.TextField(blank=True, help_text="What is to be found out, for whoever reads this later.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT, editable=False)
    plan = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    stopped_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING


class Variant(models.Model):
    """One way of ranking, for a share of the shoppers. Without a profile or version it ranks as serving does.

    The rules of a rule set come on top of those that hold for everybody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    experiment = models.ForeignKey(Experiment, on_delete=models.CASCADE, related_name="variants")
    name = models.SlugField(max_length=40, db_index=False)
    share = models.FloatField(default=0.5, help_text="Of the shoppers, 0 to 1; all together 1.")
    is_control = models.BooleanField("control", default=False, help_text="What the others are compared with.")
    ranking_profile = models.CharField(max_length=40, blank=True)
    model_version = models.CharField(max_length=40, blank=True)
    rule_set = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ["-is_control", "name"]

    def __str__(self) -> str:
        return self.name


class Exposure(models.Model):
    """A shopper's first look at a variant. Append-only; decides the variant of this shopper for good.

    An account that was a visitor before has a row of its own, of the visitor's variant.
    """

    id = models.UUIDField(primary_key=True, editable=False, help_text="Follows from experiment and shopper.")
    experiment_id = models.UUIDField(db_index=True)
    variant_id = models.UUIDField()
    shopper_id = models.UUIDField()
    slot = models.CharField(max_length=32, blank=True)
    exposed_at = models.DateTimeField(default=timezone.now)

    objects = ExposureQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.shopper_id} saw {self.variant_id}"

    @staticmethod
    def id_of(experiment_id: uuid.UUID, shopper_id: uuid.UUID) -> uuid.UUID:
        """Return the id of a shopper's exposure: the same in every process, so that there is one."""
        return uuid.uuid5(experiment_id, shopper_id.hex)
