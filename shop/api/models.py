"""Stored answers to requests with an Idempotency-Key."""

import uuid

from django.db import models
from django.utils import timezone


class StoredAnswer(models.Model):
    """The answer to a POST with an Idempotency-Key; `owner_id` is the account or visitor who sent it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner_id = models.UUIDField()
    key = models.CharField(max_length=255)
    request_hash = models.CharField(max_length=64, help_text="SHA-256 of method, address with its query, and body.")
    status = models.PositiveSmallIntegerField(default=0)
    headers = models.JSONField(default=dict, blank=True, help_text="Those of the answer itself, such as its ETag.")
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner_id", "key"], name="one_answer_per_owner_and_key")]

    def __str__(self) -> str:
        return f"{self.status} for {self.key}"
