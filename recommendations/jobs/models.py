"""Leases of jobs that must run alone, read marks of periodic jobs, and background jobs that people watch."""

import uuid
from datetime import datetime, timedelta

from django.db import IntegrityError, models, router, transaction
from django.utils import timezone


class LeaseQuerySet(models.QuerySet["Lease"]):
    """Leases. Each verb is one guarded statement, so that two callers cannot both succeed."""

    def acquire(self, name: str, holder: uuid.UUID, expires_at: datetime) -> bool:
        """Acquire the lease unless another holder has it and it has not expired."""
        if self.filter(name=name, expires_at__lte=timezone.now()).update(holder=holder, expires_at=expires_at):
            return True
        try:
            with transaction.atomic(using=router.db_for_write(self.model)):
                self.create(name=name, holder=holder, expires_at=expires_at)
        except IntegrityError:
            return False
        return True

    def renew(self, name: str, holder: uuid.UUID, expires_at: datetime) -> bool:
        """Extend the lease; return False when another holder has it."""
        return bool(self.filter(name=name, holder=holder).update(expires_at=expires_at))

    def release(self, name: str, holder: uuid.UUID) -> None:
        self.filter(name=name, holder=holder).delete()


class JobQuerySet(models.QuerySet["Job"]):
    """Background jobs. A change that two callers may try at once is one guarded statement."""

    def open(self) -> "JobQuerySet":
        """Return the jobs that wait or run."""
        return self.filter(state__in=[self.model.State.QUEUED, self.model.State.RUNNING])

    def lost(self) -> "JobQuerySet":
        """Return the running jobs whose worker stopped reporting."""
        silent_since = timezone.now() - self.model.LOST_AFTER
        return self.filter(state=self.model.State.RUNNING, heartbeat_at__lt=silent_since)

    def finish(self, state: str, message: str = "") -> int:
        """End the open ones of these jobs and return how many they were."""
        return self.open().update(state=state, message=message, finished_at=timezone.now())


class Lease(models.Model):
    """The right to run a job alone; it expires when its holder dies."""

    name = models.CharField(max_length=40, primary_key=True)
    holder = models.UUIDField(default=uuid.uuid4)
    expires_at = models.DateTimeField()

    objects = LeaseQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} until {self.expires_at:%Y-%m-%d %H:%M}"


class ReadMark(models.Model):
    """How far a periodic job has read. The next run starts a little before: rows become visible out of order."""

    name = models.CharField(max_length=40, primary_key=True)
    read_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} read until {self.read_until:%Y-%m-%d %H:%M:%S}"


class Job(models.Model):
    """A background job that people watch and may cancel: a training or an import (recommendations/jobs/tracking.py).

    A running job whose worker has not reported for LOST_AFTER is shown as lost. When the worker reports again, the job
    is running again, even if it was recorded as failed meanwhile, unless it was restarted.
    """

    LOST_AFTER = timedelta(minutes=10)

    class Kind(models.TextChoices):
        TRAINING = "training", "Training"
        IMPORT = "import", "Import"
        PICTURES = "pictures", "Pictures"

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    started_by = models.CharField(max_length=150, help_text="An account, the schedule, or the command line.")
    fraction = models.FloatField(default=0.0, help_text="How much is done, 0 to 1.")
    step = models.CharField(max_length=200, blank=True, help_text="What it does now, or did last.")
    log = models.TextField(blank=True, help_text="The newest lines of what it did.")
    message = models.TextField(blank=True, help_text="Why it ended other than hoped.")
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField("last report", null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="job_by_age")]

    def __str__(self) -> str:
        return f"{self.title} ({self.shown_state})"

    @property
    def is_open(self) -> bool:
        """Tell whether it waits or runs."""
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def is_lost(self) -> bool:
        """Tell whether its worker stopped reporting: it died, or is in one very long step."""
        silent_since = timezone.now() - self.LOST_AFTER
        return self.state == self.State.RUNNING and (self.heartbeat_at is None or self.heartbeat_at < silent_since)

    @property
    def shown_state(self) -> str:
        """Return the state in one word, for people and for the command's JSON."""
        if self.is_lost:
            return "lost"
        if self.state == self.State.RUNNING and self.cancel_requested_at:
            return "stopping"
        return self.state

    @property
    def seconds_left(self) -> float | None:
        """Return the remaining time at the average speed so far; None when it cannot be estimated."""
        if self.state != self.State.RUNNING or self.is_lost or not self.started_at or not self.heartbeat_at:
            return None
        if not 0.0 < self.fraction < 1.0:
            return None
        taken = (self.heartbeat_at - self.started_at).total_seconds()
        return max(taken * (1.0 - self.fraction) / self.fraction, 0.0)
