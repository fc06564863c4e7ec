"""Events come in while what takes them in is killed: the log holds each of them once."""

import random

import pytest

from benchmarks.live.ingest import Load, Misfortunes
from benchmarks.shops.client import ShopClient, Visitor
from benchmarks.shops.log import compared
from recommendations.behaviour.models import Interaction, ShopperProfile
from tests.factories import ProductFactory
from tests.faults.waiting import eventually
from tests.programs import free_port

EVENTS, BATCH, SENDERS, VISITORS, KILLS = 3_000, 50, 2, 10, 2


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_no_event_is_lost_or_doubled_while_processes_are_killed(live_shop, redis, worker, broker):
    """One web worker, one Celery worker, twice each, and Redis once: in the middle of what is sent."""
    web, address = live_shop.start_web(workers=2, port=free_port())
    client = ShopClient(address)
    visitors = [Visitor(client, number) for number in range(VISITORS)]
    products = [str(product.pk) for product in ProductFactory.create_batch(5)]
    load = Load(visitors, products, BATCH, random.Random(0))
    misfortunes = Misfortunes(live_shop, web, redis, KILLS)

    def progress(done: float) -> None:
        misfortunes.at(done)
        misfortunes.wait()

    load.send(EVENTS, SENDERS, progress)
    client.close()

    assert misfortunes.counts == {"web_killed": KILLS, "worker_killed": KILLS, "redis_restarted": 1}
    logged = [str(event_id) for event_id in Interaction.objects.values_list("pk", flat=True)]
    assert compared(load.sent, logged) == {"events_sent": EVENTS, "events_lost": 0, "events_doubled": 0}
    broker.send_task("recommendations.tasks.sweep", queue="realtime")
    eventually(lambda: sum(ShopperProfile.objects.values_list("event_count", flat=True)) == EVENTS)
