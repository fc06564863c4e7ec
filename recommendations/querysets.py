"""The verbs of the behaviour tables, chainable."""

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import DatabaseError, IntegrityError, InterfaceError, connections, models, router, transaction
from django.utils import timezone
from pymongo.errors import PyMongoError

if TYPE_CHECKING:
    from recommendations.models import (
        Alarm,
        Experiment,
        Exposure,
        Interaction,
        Job,
        Lease,
        ModelVersion,
        RailCount,
        Rule,
        RuleSet,
        VisitorLink,
    )

# What reading or writing behaviour raises when its database is out of reach: a page must then do without.
BEHAVIOUR_DATABASE_ERRORS = (DatabaseError, InterfaceError, PyMongoError)


class InteractionQuerySet(models.QuerySet["Interaction"]):
    """Interactions, narrowed step by step."""

    def of_shoppers(self, shopper_ids: Collection[uuid.UUID]) -> "InteractionQuerySet":
        return self.filter(shopper_id__in=shopper_ids)

    def recorded_since(self, moment: datetime) -> "InteractionQuerySet":
        return self.filter(recorded_at__gte=moment)

    def more_than(self, count: int, *, since: datetime | None) -> bool:
        """Tell whether more than `count` were recorded after a moment, reading at most that many index entries."""
        newer = self if since is None else self.filter(recorded_at__gt=since)
        return newer.order_by("recorded_at").values_list("recorded_at")[count : count + 1].exists()


class VisitorLinkQuerySet(models.QuerySet["VisitorLink"]):
    """Which visitors turned out to be which accounts."""

    def visitors_of(self, shopper_id: uuid.UUID) -> list[uuid.UUID]:
        """Return the visitors whose events count as this account's, oldest link first."""
        links = self.filter(user_id=shopper_id).order_by("linked_at", "visitor_id")
        return list(links.values_list("visitor_id", flat=True))

    def owner_of(self, visitor_id: uuid.UUID) -> uuid.UUID | None:
        """Return the account a visitor turned out to be, if any."""
        return self.filter(visitor_id=visitor_id).values_list("user_id", flat=True).first()


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    """Trained versions and what became of them."""

    def usable_before(self, row: "ModelVersion") -> "ModelVersionQuerySet":
        """Return the versions trained before one that could serve, or could while they had files, the newest first."""
        status = self.model.Status
        usable = self.filter(status__in=[status.READY, status.PROMOTED, status.PRUNED], created_at__lt=row.created_at)
        return usable.order_by("-created_at")

    def served_before(self, version: str | None) -> "ModelVersionQuerySet":
        """Return the versions older than one (None: all) that served at some time and may again, the last first.

        What serves after a roll back is thus followed by versions that are older still, not by what was rolled back.
        """
        status = self.model.Status
        served = self.filter(promoted_at__isnull=False, status__in=[status.READY, status.PROMOTED])
        return (served if version is None else served.filter(version__lt=version)).order_by("-promoted_at")

    def refused_when_loaded(self) -> "ModelVersionQuerySet":
        """Return the versions that served and were then found damaged: something is wrong with the disk."""
        return self.filter(status=self.model.Status.REFUSED, promoted_at__isnull=False)

    def mark_promoted(self, version: str) -> None:
        """Write down that shoppers now see this version; which one it is, the pointer on disk decides."""
        status = self.model.Status
        self.filter(status=status.PROMOTED).exclude(version=version).update(status=status.READY)
        self.filter(version=version, status=status.REFUSED).update(message="")
        self.filter(version=version).update(status=status.PROMOTED, promoted_at=timezone.now())

    def mark_refused(self, version: str, reason: str) -> bool:
        """Write down that a process could not load a version that was promoted; False when that is known already."""
        known = self.filter(version=version, promoted_at__isnull=False)
        status = self.model.Status.REFUSED
        return bool(known.exclude(status=status).update(status=status, message=reason))

    def mark_pruned(self, *, on_disk: Collection[str]) -> int:
        """Write down which versions have no files any more, and return how many those are."""
        status = self.model.Status
        with_files = self.filter(status__in=[status.READY, status.HELD_BACK])
        return with_files.exclude(version__in=list(on_disk)).update(status=status.PRUNED)


class LeaseQuerySet(models.QuerySet["Lease"]):
    """Jobs that must run alone. Each verb is one guarded statement, so that two callers cannot both succeed."""

    def acquire(self, name: str, holder: uuid.UUID, expires_at: datetime) -> bool:
        """Take the lease unless somebody else holds it and it has not expired."""
        if self.filter(name=name, expires_at__lte=timezone.now()).update(holder=holder, expires_at=expires_at):
            return True
        try:
            with transaction.atomic(using=router.db_for_write(self.model)):
                self.create(name=name, holder=holder, expires_at=expires_at)
        except IntegrityError:
            return False
        return True

    def renew(self, name: str, holder: uuid.UUID, expires_at: datetime) -> bool:
        """Keep the lease for longer; False when it was lost to somebody else."""
        return bool(self.filter(name=name, holder=holder).update(expires_at=expires_at))

    def release(self, name: str, holder: uuid.UUID) -> None:
        self.filter(name=name, holder=holder).delete()


class JobQuerySet(models.QuerySet["Job"]):
    """Long jobs. What decides between two callers is one guarded statement."""

    def open(self) -> "JobQuerySet":
        """Return the jobs that wait or run."""
        return self.filter(state__in=[self.model.State.QUEUED, self.model.State.RUNNING])

    def lost(self) -> "JobQuerySet":
        """Return the running jobs whose worker stopped reporting."""
        silent_since = timezone.now() - self.model.LOST_AFTER
        return self.filter(state=self.model.State.RUNNING, heartbeat_at__lt=silent_since)

    def finish(self, state: str, message: str = "") -> int:
        """End those of these jobs that are still open and return how many they were."""
        return self.open().update(state=state, message=message, finished_at=timezone.now())


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


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    """Experiments by what becomes of them."""

    def running(self) -> "ExperimentQuerySet":
        return self.filter(state=self.model.State.RUNNING)

    def sharing_slot(self, slot: str) -> "ExperimentQuerySet":
        """Return those that would place the shoppers of a slot too; the empty slot means all."""
        return self.filter(slot__in=[slot, ""]) if slot else self.all()


class ExposureQuerySet(models.QuerySet["Exposure"]):
    """First looks, which are written once."""

    def add_once(self, row: "Exposure") -> None:
        """Store the row unless its shopper has one in this experiment, in one statement where the database can."""
        if connections[router.db_for_write(self.model)].features.supports_ignore_conflicts:
            self.model._default_manager.bulk_create([row], ignore_conflicts=True)
            return
        try:
            row.save(force_insert=True)
        except IntegrityError:
            return  # another process was faster


class RuleSetQuerySet(models.QuerySet["RuleSet"]):
    """Rule sets by what becomes of them."""

    def active(self) -> "RuleSetQuerySet":
        return self.filter(is_active=True)


class RuleQuerySet(models.QuerySet["Rule"]):
    """Merchandising rules."""

    def of_sets(self, rule_set_ids: Collection[uuid.UUID]) -> "RuleQuerySet":
        """Return the rules of these sets, the oldest first; no join."""
        return self.filter(rule_set_id__in=list(rule_set_ids))
