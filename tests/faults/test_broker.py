"""The broker, its messages and the worker that takes them, on a real Redis and with real processes."""

import json
import os
import signal
import sqlite3
import time
import uuid
from typing import Any

import pytest
from celery import Celery
from django.db import connection

from benchmarks.live_shop import free_port
from benchmarks.shop_client import ShopClient, Visitor
from recommendations.api.views import EventsView
from recommendations.event_weights import Kind
from recommendations.models import Interaction, ShopperProfile
from recommendations.services import nudges
from shop.models import Order
from tests.factories import ProductFactory
from tests.faults.toxic_proxy import Toxic, ToxicProxy
from tests.faults.waiting import eventually

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]
TASKS = "recommendations.tasks"
ADDRESS = {
    "full_name": "Test Shopper", "street": "1 Test Street", "city": "Testing", "postal_code": "12345",
    "country": "Testland", "email": "shopper@example.com",
}  # fmt: skip


def view(product) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "kind": "view", "product": str(product.pk)}


def viewed(shopper: uuid.UUID, product) -> None:
    """Write a view into the log; nobody is nudged."""
    Interaction.objects.create(shopper_id=shopper, kind=Kind.VIEW, product_id=product.pk)


def event_count(shopper: uuid.UUID) -> int | None:
    """Return how many events the shopper's profile rests on; None without one."""
    return ShopperProfile.objects.filter(shopper_id=shopper).values_list("event_count", flat=True).first()


def waiting_in(broker, queue: str) -> int:
    with broker.connection_for_read() as link:
        return link.default_channel.client.llen(queue)


def test_fault_10_orders_and_events_are_taken_without_a_broker_and_caught_up_with(redis, worker, visitor, broker):
    product = ProductFactory(stock=5)
    visitor.report([view(product)])
    shopper = Interaction.objects.get().shopper_id
    eventually(lambda: event_count(shopper) == 1)

    redis.stop()
    seconds = []
    for _ in range(3):
        started = time.monotonic()
        visitor.report([view(product)])
        seconds.append(time.monotonic() - started)
    client, source = visitor.client, visitor.source
    line = {"product_id": str(product.pk), "quantity": 1}
    client.post("/api/v1/cart/items/", line, source=source, token=visitor.token)
    key = {"checkout_key": str(uuid.uuid4())}
    status, order, _ = client.post("/api/v1/checkout/", ADDRESS | key, source=source, token=visitor.token)

    assert min(seconds) <= 1.0
    assert (status, Order.objects.count()) == (201, 1), order
    assert Interaction.objects.count() == 6  # four views, the cart, the purchase
    assert event_count(shopper) == 1

    redis.start()
    eventually(lambda: _sent(broker, f"{TASKS}.sweep"))
    eventually(lambda: event_count(shopper) == 6, output=worker.output)


def _sent(broker, task: str, *arguments: object) -> bool:
    broker.send_task(task, args=arguments, queue="realtime")
    return True


@pytest.mark.parametrize("toxic", [Toxic.REFUSE, Toxic.SILENT])
def test_fault_10_a_broker_that_hangs_costs_a_page_a_second_once(redis, live_shop, monkeypatch, toxic):
    """In a process of its own, which has never spoken with the broker before."""
    product = ProductFactory()
    with ToxicProxy(redis.port, toxic).running() as proxy:
        settings = {**live_shop.settings, "REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0"}
        monkeypatch.setattr(live_shop, "settings", settings)
        program, address = live_shop.start_web(workers=1, port=free_port())
        visitor = Visitor(ShopClient(address), 1)
        seconds = []
        for _ in range(4):
            started = time.monotonic()
            visitor.report([view(product)])
            seconds.append(time.monotonic() - started)
        visitor.client.close()
        program.stop()

    assert Interaction.objects.count() == 4
    assert max(seconds) < 5.0
    assert sorted(seconds)[1] <= 1.0


def test_fault_14_a_task_cut_off_by_sigkill_comes_again_and_counts_nothing_twice(worker, broker):
    shopper, product = uuid.uuid4(), ProductFactory()
    for _ in range(3):
        viewed(shopper, product)
    said = worker.output.read_text()
    # Another writer holds the database, so the task stands in its middle when its process is killed.
    with sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None) as rival:
        rival.execute("BEGIN IMMEDIATE")
        _sent(broker, f"{TASKS}.refresh_shopper", str(shopper))
        eventually(lambda: "refresh_shopper" in worker.output.read_text()[len(said) :])
        time.sleep(0.3)
        for child in worker.children():
            os.kill(child, signal.SIGKILL)
        eventually(lambda: "SIGKILL" in worker.output.read_text()[len(said) :])
        rival.execute("ROLLBACK")
    rival.close()

    eventually(lambda: event_count(shopper) == 3)
    _sent(broker, f"{TASKS}.refresh_shopper", str(shopper))
    eventually(lambda: worker.output.read_text()[len(said) :].count("succeeded") >= 2)
    assert event_count(shopper) == 3
    assert ShopperProfile.objects.count() == 1
    assert Interaction.objects.count() == 3


def dead_letters(live_shop) -> list[dict]:
    file = live_shop.folder / "data" / "dead_letters.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def test_fault_15_poison_is_put_aside_and_the_queue_moves_on(worker, live_shop, broker):
    shopper, product = uuid.uuid4(), ProductFactory()
    viewed(shopper, product)
    before = len(dead_letters(live_shop))
    with broker.connection_for_write() as link, link.SimpleQueue("realtime") as queue:
        queue.put(b"{not json", serializer=None, content_type="application/json", content_encoding="utf-8")
        queue.put({"no": "task"})
    _sent(broker, f"{TASKS}.no_such_task", "x")
    _sent(broker, f"{TASKS}.refresh_shopper")
    _sent(broker, f"{TASKS}.refresh_shopper", "not an id")
    _sent(broker, f"{TASKS}.reindex_category", "not an id")
    _sent(broker, f"{TASKS}.refresh_shopper", str(shopper))

    eventually(lambda: event_count(shopper) == 1)
    eventually(lambda: len(dead_letters(live_shop)) - before == 6)
    letters = dead_letters(live_shop)[before:]
    assert sorted(letter["task"].rpartition(".")[2] for letter in letters) == [
        "", "", "no_such_task", "refresh_shopper", "refresh_shopper", "reindex_category",
    ]  # fmt: skip
    assert all(letter["error"] for letter in letters)
    assert waiting_in(broker, "realtime") == 0
    assert worker.is_running


def test_fault_15_a_task_that_kills_its_process_is_put_aside_after_three_tries(live_shop, worker, broker, tmp_path):
    before, tries = len(dead_letters(live_shop)), tmp_path / "tries"
    _sent(broker, "tests.faults.worker_tasks.die", str(tries))

    eventually(lambda: len(dead_letters(live_shop)) == before + 1)
    assert tries.read_text() == "tried\n" * 3
    assert dead_letters(live_shop)[-1]["error"].startswith("WorkerLostError")
    shopper = uuid.uuid4()
    viewed(shopper, ProductFactory())
    _sent(broker, f"{TASKS}.refresh_shopper", str(shopper))
    eventually(lambda: event_count(shopper) == 1)


def _do_nothing(number: int) -> None:
    """What the flood of messages asks for; no worker hears of it."""


def test_fault_21_no_more_messages_wait_than_agreed(redis, monkeypatch):
    monkeypatch.setattr(nudges, "MOST_WAITING", 20)
    monkeypatch.setattr(nudges, "SECONDS_BETWEEN_COUNTS", 0.0)
    with Celery(broker=redis.address, set_as_current=False) as app:
        app.conf.task_default_queue = "flooded"
        task = app.tasks[app.task(_do_nothing, name="flooding").name]

        sent = [nudges.nudge(task, number) for number in range(100)]

        assert sent == [True] * 20 + [False] * 80
        assert waiting_in(app, "flooded") == 20
        with app.connection_for_write() as link:
            link.default_channel.queue_purge("flooded")
        assert nudges.nudge(task, 101) is True


def test_fault_21_an_import_that_floods_its_queue_leaves_room_for_events(redis, monkeypatch):
    monkeypatch.setattr(nudges, "MOST_WAITING", 5)
    with Celery(broker=redis.address, set_as_current=False) as app:
        app.conf.task_default_queue = "events"
        task = app.tasks[app.task(_do_nothing, name="flooding").name]

        chunks = [nudges.nudge(task, number, queue="chunks") for number in range(5)]
        nudges._broker.queues["chunks"].count_again_at = 0.0

        assert [*chunks, nudges.nudge(task, 6, queue="chunks")] == [True] * 5 + [False]
        assert nudges.nudge(task, 7) is True
        assert (waiting_in(app, "chunks"), waiting_in(app, "events")) == (5, 1)
        with app.connection_for_write() as link:
            for queue in ("chunks", "events"):
                link.default_channel.queue_purge(queue)


def test_fault_21_a_flood_of_events_is_turned_away_and_the_checkout_goes_on(user_api, monkeypatch):
    throttle: Any = EventsView.throttle_classes[0]
    monkeypatch.setattr(throttle, "THROTTLE_RATES", {**throttle.THROTTLE_RATES, "events": "5/day"})
    product = ProductFactory(stock=1)

    answers = [user_api.post("/api/v1/events/", view(product), "json") for _ in range(20)]
    user_api.post("/api/v1/cart/items/", {"product_id": str(product.pk), "quantity": 1}, "json")
    order = user_api.post("/api/v1/checkout/", ADDRESS | {"checkout_key": str(uuid.uuid4())}, "json")

    assert [answer.status_code for answer in answers] == [202] * 5 + [429] * 15
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers[5:])
    assert order.status_code == 201
    assert Interaction.objects.filter(kind=Kind.VIEW).count() == 5
