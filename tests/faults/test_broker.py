"""The broker, its messages and the worker that takes them, on a real Redis and with real processes."""

import json
import os
import runpy
import signal
import time
import uuid
from typing import Any

import pytest
from celery import Celery

from benchmarks.shops.client import ShopClient, Visitor
from config.settings import base
from recommendations.api.events import EventsView
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.behaviour.services import notifications
from recommendations.jobs.models import Lease
from shop.orders.models import Order
from tests.factories import ProductFactory
from tests.faults.toxic_proxy import Toxic, ToxicProxy
from tests.faults.waiting import eventually
from tests.programs import free_port

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]
TASKS = "recommendations.tasks"
# The broker and the cache that are away are left alone so long.
QUIET_SECONDS = 10
ADDRESS = {
    "full_name": "Test Shopper", "street": "1 Test Street", "city": "Testing", "postal_code": "12345",
    "country": "Testland", "email": "shopper@example.com",
}  # fmt: skip


def view(product) -> dict[str, str]:
    return {"id": str(uuid.uuid4()), "kind": "view", "product": str(product.pk)}


def viewed(shopper: uuid.UUID, product) -> None:
    """Write a view into the log; nobody is notified."""
    Interaction.objects.create(shopper_id=shopper, kind=Kind.VIEW, product_id=product.pk)


def event_count(shopper: uuid.UUID) -> int | None:
    """Return how many events the shopper's profile rests on; None without one."""
    return ShopperProfile.objects.filter(shopper_id=shopper).values_list("event_count", flat=True).first()


def waiting_in(broker, queue: str) -> int:
    with broker.connection_for_read() as link:
        return link.default_channel.client.llen(queue)


def order(visitor: Visitor, product) -> None:
    """Put a product into the cart and buy it."""
    client, source, token = visitor.client, visitor.source, visitor.token
    line = {"product_id": str(product.pk), "quantity": 1}
    assert client.post("/api/v1/cart/items/", line, source=source, token=token)[0] == 201
    key = {"checkout_key": str(uuid.uuid4())}
    status, answer, _ = client.post("/api/v1/checkout/", ADDRESS | key, source=source, token=token)
    assert status == 201, answer


def shop_around(visitor: Visitor, product) -> None:
    """Report several events, one by one, and then order; all of them meet the same web process."""
    for _ in range(4):
        visitor.report([view(product)])
    order(visitor, product)


def test_fault_10_orders_and_events_are_taken_without_a_broker_and_caught_up_with(redis, worker, visitor, broker):
    bought, other = ProductFactory(stock=5), ProductFactory(stock=5)
    shop_around(visitor, other)
    shopper = Interaction.objects.values_list("shopper_id", flat=True)[0]
    eventually(lambda: event_count(shopper) == 6)  # four views, the cart, the purchase
    assert {product for product, _ in visitor.recommended()} == {str(bought.pk)}

    redis.stop()
    shop_around(visitor, bought)

    assert Order.objects.count() == 2
    assert Interaction.objects.count() == 12
    assert event_count(shopper) == 6
    assert visitor.recommended() == []  # both were bought: the log says so, if no profile does

    redis.start()
    eventually(lambda: _sent(broker, f"{TASKS}.sweep"))
    eventually(lambda: event_count(shopper) == 12, output=worker.output)


def _sent(broker, task: str, *arguments: object) -> bool:
    broker.send_task(task, args=arguments, queue="realtime")
    return True


@pytest.mark.parametrize("toxic", [Toxic.REFUSE, Toxic.SILENT])
def test_fault_10_a_broker_that_hangs_costs_a_page_a_second_once(redis, live_shop, monkeypatch, toxic):
    """In a process of its own, which has never spoken with the broker before."""
    product = ProductFactory(stock=5)
    with ToxicProxy(redis.port, toxic).running() as proxy:
        settings = {**live_shop.settings, "REDIS_URL": f"redis://127.0.0.1:{proxy.port}/0"}
        monkeypatch.setattr(live_shop, "settings", settings)
        program, address = live_shop.start_web(workers=1, port=free_port())
        visitor, started = Visitor(ShopClient(address), 1), time.monotonic()
        connected_before = proxy.connections
        shop_around(visitor, product)
        connected, seconds = proxy.connections - connected_before, time.monotonic() - started
        visitor.client.close()
        program.stop()

    assert Interaction.objects.count() == 6
    # The broker and the cache are each tried once, and again only after a while.
    assert connected <= 2 * (1 + seconds // QUIET_SECONDS)


def test_fault_10_an_attempt_to_reach_the_broker_takes_a_second(monkeypatch):
    monkeypatch.setenv("REDIS_URL", "redis://broker:6379/0")
    options = runpy.run_path(base.__file__)["CELERY_BROKER_TRANSPORT_OPTIONS"]

    assert (options["max_retries"], options["socket_connect_timeout"], options["socket_timeout"]) == (0, 1.0, 1.0)


def test_fault_14_a_task_cut_off_by_sigkill_comes_again_and_counts_nothing_twice(worker, broker, hold):
    shopper, product = uuid.uuid4(), ProductFactory()
    for _ in range(3):
        viewed(shopper, product)
    said = len(worker.output.read_text())
    hold.begin("recommendations.learning.refresh.rank_ahead")
    _sent(broker, f"{TASKS}.refresh_shopper", str(shopper))
    eventually(hold.processes, output=worker.output)
    os.kill(hold.processes()[0], signal.SIGKILL)
    eventually(lambda: "SIGKILL" in worker.output.read_text()[said:], output=worker.output)
    hold.end()

    eventually(lambda: event_count(shopper) == 3, output=worker.output)
    _sent(broker, f"{TASKS}.refresh_shopper", str(shopper))
    eventually(lambda: worker.output.read_text()[said:].count("succeeded") >= 2, output=worker.output)
    assert event_count(shopper) == 3
    assert ShopperProfile.objects.count() == 1
    assert Interaction.objects.count() == 3


def test_fault_14_of_two_sweeps_at_once_one_works_and_the_other_exits(worker, broker, hold):
    """As after a visibility timeout: the message comes again while its first run is still at it."""
    shoppers, product = [uuid.uuid4() for _ in range(20)], ProductFactory()
    Interaction.objects.bulk_create(
        Interaction(shopper_id=shopper, kind=Kind.VIEW, product_id=product.pk, source="shop") for shopper in shoppers
    )
    said = len(worker.output.read_text())
    hold.begin("recommendations.learning.sweep.refresh_shoppers")
    first = broker.send_task(f"{TASKS}.sweep", queue="realtime").id
    eventually(hold.processes, output=worker.output)

    again = broker.send_task(f"{TASKS}.sweep", queue="realtime").id
    eventually(lambda: f"sweep[{again}] succeeded" in worker.output.read_text()[said:], output=worker.output)
    assert not ShopperProfile.objects.exists()
    assert f"sweep[{first}] succeeded" not in worker.output.read_text()[said:]
    assert worker.output.read_text()[said:].count("Another sweep is under way.") == 1
    hold.end()

    eventually(lambda: f"sweep[{first}] succeeded" in worker.output.read_text()[said:], output=worker.output)
    assert set(ShopperProfile.objects.values_list("event_count")) == {(1,)}
    assert ShopperProfile.objects.count() == len(shoppers)
    assert Interaction.objects.count() == len(shoppers)
    assert not Lease.objects.filter(name="sweep").exists()


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
    monkeypatch.setattr(notifications, "MOST_WAITING", 20)
    monkeypatch.setattr(notifications, "SECONDS_BETWEEN_COUNTS", 0.0)
    with Celery(broker=redis.address, set_as_current=False) as app:
        app.conf.task_default_queue = "flooded"
        task = app.tasks[app.task(_do_nothing, name="flooding").name]

        sent = [notifications.notify(task, number) for number in range(100)]

        assert sent == [True] * 20 + [False] * 80
        assert waiting_in(app, "flooded") == 20
        with app.connection_for_write() as link:
            link.default_channel.queue_purge("flooded")
        assert notifications.notify(task, 101) is True


def test_fault_21_an_import_that_floods_its_queue_leaves_room_for_events(redis, monkeypatch):
    monkeypatch.setattr(notifications, "MOST_WAITING", 5)
    with Celery(broker=redis.address, set_as_current=False) as app:
        app.conf.task_default_queue = "events"
        task = app.tasks[app.task(_do_nothing, name="flooding").name]

        chunks = [notifications.notify(task, number, queue="chunks") for number in range(5)]
        notifications._broker.queues["chunks"].count_again_at = 0.0

        assert [*chunks, notifications.notify(task, 6, queue="chunks")] == [True] * 5 + [False]
        assert notifications.notify(task, 7) is True
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
