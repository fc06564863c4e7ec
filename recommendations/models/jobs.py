"""Who does a periodic job, and how far it has come."""

import uuid

from django.db import models

from recommendations.querysets import LeaseQuerySet


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
