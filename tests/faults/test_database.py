"""PostgreSQL is restarted under load, and migrated under load."""

import inspect
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from benchmarks.live_shop import ROOT, LiveShop
from benchmarks.shop_client import ShopClient, Visitor
from recommendations import tasks
from tests.services_postgres import postgres_cluster

SENDERS, EVENTS_EACH = 4, 40
LONGEST_LOCK = 1.0
MIGRATIONS = ROOT / "recommendations" / "migrations"
INSERT = """
    INSERT INTO recommendations_interaction (id, shopper_id, kind, query, source, occurred_at, recorded_at)
    VALUES (%s, %s, 'search', 'lamp', 'api', now(), now())
"""


@pytest.fixture(scope="module")
def server():
    """PostgreSQL with the shop's tables."""
    with postgres_cluster() as server:
        yield server


@pytest.fixture(scope="module")
def shop(server, tmp_path_factory):
    settings = {"DATABASE_URL": server.address, "BEHAVIOUR_DATABASE_URL": "", "REDIS_URL": ""}
    with LiveShop(tmp_path_factory.mktemp("shop"), settings) as shop:
        shop.manage("migrate", "--verbosity", "0")
        yield shop


def searches(count: int) -> list[dict]:
    return [{"id": str(uuid.uuid4()), "kind": "search", "query": "lamp"} for _ in range(count)]


def stored_ids(server) -> set[str]:
    with psycopg.connect(server.address) as link:
        return {str(key) for (key,) in link.execute("SELECT id FROM recommendations_interaction")}


@pytest.mark.postgresql
def test_fault_12_a_restart_of_the_database_costs_a_moment_and_no_event(server, shop):
    web, address = shop.start_web(workers=2)
    processes, sent = web.children(), searches(SENDERS * EVENTS_EACH)
    client, may_restart = ShopClient(address), threading.Event()

    def send(number: int) -> None:
        visitor = Visitor(client, number)
        for place, event in enumerate(sent[number::SENDERS]):
            if place == EVENTS_EACH // 4:
                may_restart.set()
            visitor.report([event])

    with ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(send, number) for number in range(SENDERS)]
        assert may_restart.wait(60)
        server.restart()
        for future in sending:
            future.result()
    repeated, after = client.n_repeated, searches(40)
    for event in after:
        Visitor(client, 9).report([event])
    client.close()

    assert client.n_repeated == repeated, "a connection of before the restart was used again"
    assert web.children() == processes
    assert stored_ids(server) >= {event["id"] for event in sent + after}
    web.stop()


@pytest.mark.postgresql
def test_fault_22_migrations_hold_up_no_event_for_long(server, shop):
    shop.manage("migrate", "--verbosity", "0", "recommendations", "0001")
    slowest, done = [0.0], threading.Event()

    def insert() -> None:
        with psycopg.connect(server.address, autocommit=True) as link:
            while not done.is_set():
                started = time.monotonic()
                link.execute(INSERT, [uuid.uuid4(), uuid.uuid4()])
                link.execute("SELECT id FROM shop_product WHERE is_published LIMIT 10").fetchall()
                slowest[0] = max(slowest[0], time.monotonic() - started)
                done.wait(0.005)

    traffic = threading.Thread(target=insert)
    traffic.start()
    try:
        shop.manage("migrate", "--verbosity", "0")
    finally:
        done.set()
        traffic.join()

    assert slowest[0] <= LONGEST_LOCK
    with psycopg.connect(server.address) as link:
        rows = link.execute("SELECT name FROM django_migrations WHERE app = 'recommendations'").fetchall()
    assert {name for (name,) in rows} == {path.stem for path in MIGRATIONS.glob("0*.py")}


@pytest.mark.parametrize(
    ("task", "arguments"),
    [
        ("refresh_shopper", ["6b6c0dd2-5a8c-4c5e-9f4e-0b4e4e5d2f11"]),
        ("reindex_products", [["6b6c0dd2-5a8c-4c5e-9f4e-0b4e4e5d2f11"]]),
        ("reindex_category", ["6b6c0dd2-5a8c-4c5e-9f4e-0b4e4e5d2f11"]),
        ("sweep", []),
        ("retrain", []),
    ],
)
def test_fault_22_messages_of_the_version_before_are_still_understood(task, arguments):
    """What is sent may gain parts with defaults and lose none: during an update both versions read both."""
    signature = inspect.signature(getattr(tasks, task).run)

    signature.bind(*arguments)
    assert len([part for part in signature.parameters.values() if part.default is part.empty]) == len(arguments)
