"""Reading a profile, measured: both ways give the same profile, both are timed, and nothing stays behind."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from redis import Redis

from benchmarks.serving.management.commands import time_profile_reads
from benchmarks.shops.programs import RedisServer
from recommendations.behaviour.models import ShopperProfile
from tests.programs import free_port, require_program

pytestmark = pytest.mark.django_db


@pytest.mark.redis
def test_the_database_and_redis_are_timed(tmp_path, settings):
    require_program("redis-server", package="redis-server")
    with RedisServer(tmp_path, free_port()) as server:
        settings.REDIS_URL = server.address
        output = StringIO()
        call_command(time_profile_reads.Command(stdout=output), profiles=20, reads=30)
        with Redis.from_url(server.address) as redis:
            assert redis.dbsize() == 0

    figures = json.loads(output.getvalue())
    assert set(figures) == {"database", "redis"}
    assert all(set(times) == {"clock_us", "own_us"} and min(times.values()) > 0 for times in figures.values())
    assert not ShopperProfile.objects.exists()


def test_without_redis_it_says_what_is_missing(settings):
    settings.REDIS_URL = ""
    with pytest.raises(CommandError, match="REDIS_URL is not set"):
        call_command(time_profile_reads.Command())
