"""An import of many products and the events of shoppers, in one worker: who waits for whom."""

from pathlib import Path

import pytest
from celery import Celery

from benchmarks.shops.live_shop import LiveShop
from tests.faults.waiting import eventually

TASKS = "tests.faults.worker_tasks"
EVENTS, CHUNKS = 4, 12

pytestmark = pytest.mark.django_db(transaction=True)


def worked_off(shop: LiveShop, broker: Celery, folder: Path) -> list[str]:
    """Return the order in which a worker takes messages that all wait when it becomes free, the import's sent first."""
    worker = shop.start_worker("realtime", "catalogue", concurrency=1, include=TASKS)
    folder.mkdir()
    broker.send_task(f"{TASKS}.occupy", args=[str(folder)], queue="realtime")
    eventually((folder / "began").exists, output=worker.output)
    done = folder / "done"
    for queue, count in (("catalogue", CHUNKS), ("realtime", EVENTS)):
        for _ in range(count):
            broker.send_task(f"{TASKS}.note", args=[str(done), queue], queue=queue)
    (folder / "may end").touch()
    eventually(lambda: done.exists() and len(done.read_text().split()) == EVENTS + CHUNKS, output=worker.output)
    worker.kill()
    return done.read_text().split()


@pytest.mark.redis
def test_fault_21_events_pass_an_import_on_redis(live_shop, broker, tmp_path):
    assert worked_off(live_shop, broker, tmp_path / "seen") == ["realtime"] * EVENTS + ["catalogue"] * CHUNKS


def test_fault_21_events_pass_an_import_on_the_embedded_broker(tmp_path, connection_of_the_test):
    settings = {"DATABASE_URL": connection_of_the_test, "BEHAVIOUR_DATABASE_URL": "", "REDIS_URL": ""}
    messages = tmp_path / "shop" / "data" / "broker"
    options = {
        "data_folder_in": str(messages / "messages"),
        "data_folder_out": str(messages / "messages"),
        "control_folder": str(messages / "control"),
    }
    with LiveShop(tmp_path / "shop", settings) as shop, Celery(set_as_current=False) as app:
        app.conf.update(broker_url="filesystem://", broker_transport="config.broker.embedded:Transport")
        app.conf.broker_transport_options = options
        for folder in ("messages", "control"):
            (messages / folder).mkdir(parents=True)

        assert worked_off(shop, app, tmp_path / "seen") == ["realtime"] * EVENTS + ["catalogue"] * CHUNKS
