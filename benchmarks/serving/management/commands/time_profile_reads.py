"""`manage.py time_profile_reads`: cost of reading a shopper's profile, from the database and from Redis."""

import json
import os
import time
import uuid
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import orjson
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from redis import Redis

from recommendations.behaviour.models import ShopperProfile
from recommendations.shoppers.profiles import ProfileRow, read_profiles

DIMENSIONS, RECENT, RANKED_AHEAD_BYTES = 64, 50, 1_300
WARM = 200
HEAD = 8


class Command(BaseCommand):
    """Write profiles of the usual size into the behaviour database and REDIS_URL, read them singly, delete them."""

    help = (
        "Print medians in microseconds as JSON: wall-clock time of a read, and its processor time in this process. "
        "Example: DJANGO_SETTINGS_MODULE=benchmarks.serving.settings manage.py time_profile_reads"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--profiles", type=int, default=500, help="how many are there (default: %(default)s)")
        parser.add_argument("--reads", type=int, default=3_000, help="how many are read (default: %(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.REDIS_URL:
            raise CommandError("REDIS_URL is not set: there is nothing to compare the database with.")
        if min(options["profiles"], options["reads"]) < 1:
            raise CommandError("--profiles and --reads must be at least 1.")
        rows = [ShopperProfile(**_columns()) for _ in range(options["profiles"])]
        keys = [row.pk for row in rows]
        redis = Redis.from_url(settings.REDIS_URL)
        ShopperProfile.objects.bulk_create(rows)
        try:
            redis.mset({row.pk.bytes: _packed(row) for row in rows})
            self.stdout.write(json.dumps(_measured(redis, keys, options["reads"])))
        finally:
            redis.delete(*(key.bytes for key in keys))
            ShopperProfile.objects.filter(shopper_id__in=keys).delete()


def _measured(redis: "Redis", keys: Sequence[uuid.UUID], n_reads: int) -> dict[str, dict[str, int]]:
    def from_redis(key: uuid.UUID) -> ProfileRow:
        packed: Any = redis.mget([key.bytes])
        return ProfileRow(key, *_unpacked(packed[0]))

    def from_database(key: uuid.UUID) -> ProfileRow:
        return (read_profiles([key]) or {})[key]

    if from_redis(keys[0]).history != from_database(keys[0]).history:
        raise CommandError("Redis and the database do not hold the same profile.")
    return {"database": _times(from_database, keys, n_reads), "redis": _times(from_redis, keys, n_reads)}


def _packed(row: Any) -> bytes:
    head = orjson.dumps([row.model_version, row.history])
    return b"".join((len(head).to_bytes(4), len(row.vector).to_bytes(4), head, row.vector, row.ranked_ahead))


def _unpacked(packed: bytes) -> tuple[str, memoryview, dict[str, Any], memoryview]:
    view, head_end = memoryview(packed), HEAD + int.from_bytes(packed[:4])
    vector_end = head_end + int.from_bytes(packed[4:HEAD])
    version, history = orjson.loads(view[HEAD:head_end])
    return version, view[head_end:vector_end], history, view[vector_end:]


def _times(read: Callable[[uuid.UUID], Any], keys: Sequence[uuid.UUID], n_reads: int) -> dict[str, int]:
    clock, own = [], []
    for number in range(WARM + n_reads):
        key = keys[number * 7919 % len(keys)]
        started, own_started = time.perf_counter(), time.thread_time()
        read(key)
        own.append(time.thread_time() - own_started)
        clock.append(time.perf_counter() - started)
    return {name: round(float(np.median(taken[WARM:])) * 1e6) for name, taken in (("clock_us", clock), ("own_us", own))}


def _columns() -> dict[str, Any]:
    """Return the columns of a profile with a long history."""
    ids = [uuid.uuid4().hex for _ in range(RECENT)]
    history = {
        "recent": [[product_id, "view", 0.123456] for product_id in ids],
        "viewed": ids,
        "bought": ids[:10],
        "searches": [["brass lamp", 0.5]] * 5,
    }
    return {
        "shopper_id": uuid.uuid4(),
        "model_version": "20261121-131452-d9da",
        "vector": np.ones(DIMENSIONS, "<f4").tobytes(),
        "history": history,
        "ranked_ahead": os.urandom(RANKED_AHEAD_BYTES),
        "event_count": RECENT,
    }
