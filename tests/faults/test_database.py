"""PostgreSQL is restarted under load, and migrated under load."""

import inspect
import resource
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from benchmarks.shops.client import ShopClient, Visitor
from benchmarks.shops.live_shop import LiveShop
from benchmarks.shops.programs import ROOT
from config.celery import app
from recommendations import tasks
from tests.faults.waiting import eventually
from tests.programs import free_port
from tests.services_postgres import postgres_cluster

SENDERS, EVENTS_BEFORE, EVENTS_AFTER = 4, 10, 20
WEB_WORKERS, THREADS_OF_A_WORKER = 2, 4
LONGEST_LOCK = 1.0
INTERACTIONS, PRODUCTS = 100_000, 5_000
# From here on migrations change tables that are in use: search tables and what came before them are made anew.
BEFORE = {"recommendations": "0001", "shop": "0002"}
ID = "6b6c0dd2-5a8c-4c5e-9f4e-0b4e4e5d2f11"
# What has been sent to each task, in every form that a version sent it in.
MESSAGES = [
    ("refresh_shopper", [ID]),
    ("reindex_products", [[ID]]),
    ("reindex_category", [ID]),
    ("sweep", []),
    ("watch", []),
    *((task, sent) for task in ("retrain", "fine_tune", "train_ratings") for sent in ([], [ID], [ID, "schedule"])),
]
INSERT = """
    INSERT INTO recommendations_interaction (id, shopper_id, kind, query, source, occurred_at, recorded_at)
    VALUES (%s, %s, 'search', 'lamp', 'api', now(), now())
"""
MORE_INTERACTIONS = """
    INSERT INTO recommendations_interaction (id, shopper_id, kind, query, source, occurred_at, recorded_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 'search', 'lamp', 'api', now(), now() FROM generate_series(1, %s)
"""
# Copies of the one product there is, each with what must be its own.
MORE_PRODUCTS = """
    INSERT INTO shop_product
    SELECT (jsonb_populate_record(product, jsonb_build_object(
        'id', gen_random_uuid(), 'slug', 'lamp-' || number, 'external_id', NULL
    ))).* FROM shop_product product, generate_series(1, %s) number WHERE product.slug = 'lamp'
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
    web, address = shop.start_web(workers=WEB_WORKERS, port=free_port())
    processes, client = web.children(), ShopClient(address)
    is_under_load, is_back = threading.Event(), threading.Event()
    sent: list[list[str]] = [[] for _ in range(SENDERS)]
    answers: list[dict] = []

    def send(number: int) -> None:
        visitor, left = Visitor(client, number), EVENTS_AFTER
        while left:
            left -= is_back.is_set()
            (event,) = searches(1)
            answers.append(visitor.report([event]))
            sent[number].append(event["id"])
            if len(sent[number]) == EVENTS_BEFORE:
                is_under_load.set()

    with ThreadPoolExecutor(SENDERS) as pool:
        sending = [pool.submit(send, number) for number in range(SENDERS)]
        assert is_under_load.wait(120)
        before, started = client.n_repeated, time.monotonic()
        server.stop()
        eventually(lambda: client.n_repeated > before)
        server.start()
        away, seconds = client.n_repeated, time.monotonic() - started
        is_back.set()
        for future in sending:
            future.result()
    client.close()

    assert before == 0
    # Asked again at most every 20 ms while it is away; once it is back each was in one attempt, and each thread of a
    # web process may find the end of its old connection once.
    assert 0 < away <= SENDERS * (seconds / 0.02 + 1)
    assert client.n_repeated - away <= SENDERS + WEB_WORKERS * THREADS_OF_A_WORKER
    assert web.children() == processes
    events = [event for of_sender in sent for event in of_sender]
    assert [answer["stored"] + answer["duplicates"] for answer in answers] == [1] * len(events)
    assert sum(answer["duplicates"] for answer in answers) <= client.n_repeated
    assert stored_ids(server) >= set(events)
    web.stop()


@pytest.fixture
def filled(server, shop):
    """The shop's tables with thousands of rows, as they were some versions ago."""
    shop.manage("shell", "-c", "from tests.factories import ProductFactory; ProductFactory(slug='lamp')")
    with psycopg.connect(server.address) as link:
        link.execute(MORE_INTERACTIONS, [INTERACTIONS])
        link.execute(MORE_PRODUCTS, [PRODUCTS])
    for label, migration in BEFORE.items():
        shop.manage("migrate", "--verbosity", "0", label, migration)


def cpu_seconds_of_programs() -> float:
    """Return the processor time of the programs that this process started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.postgresql
@pytest.mark.usefixtures("filled")
def test_fault_22_migrations_hold_up_nobody_for_long(server, shop):
    slowest, statements, done = [0.0], [0], threading.Event()

    def work() -> None:
        with psycopg.connect(server.address, autocommit=True) as link:
            while not done.is_set():
                started = time.monotonic()
                link.execute(INSERT, [uuid.uuid4(), uuid.uuid4()])
                link.execute("UPDATE shop_product SET stock = stock + 1 WHERE slug = 'lamp'")
                link.execute("SELECT id FROM shop_product WHERE is_published LIMIT 10").fetchall()
                slowest[0] = max(slowest[0], time.monotonic() - started)
                statements[0] += 1
                done.wait(0.005)

    traffic = threading.Thread(target=work)
    started, used = time.monotonic(), cpu_seconds_of_programs()
    traffic.start()
    try:
        shop.manage("migrate", "--verbosity", "0")
    finally:
        done.set()
        traffic.join()

    # On a busy machine everything takes as many times longer as the migrations do.
    slowness = max(1.0, (time.monotonic() - started) / (cpu_seconds_of_programs() - used))
    assert slowest[0] <= LONGEST_LOCK * slowness
    assert statements[0] > 0
    with psycopg.connect(server.address) as link:
        for label in BEFORE:
            rows = link.execute("SELECT name FROM django_migrations WHERE app = %s", [label]).fetchall()
            assert {name for (name,) in rows} == {path.stem for path in (ROOT / label / "migrations").glob("0*.py")}
        assert link.execute("SELECT count(*) FROM shop_product").fetchall() == [(PRODUCTS + 1,)]


def test_fault_22_every_task_has_its_message_here():
    app.loader.import_default_modules()
    names = {name for name in app.tasks if name.startswith("recommendations.")}

    assert {f"{tasks.__name__}.{name}" for name, _ in MESSAGES} == names


@pytest.mark.parametrize(("task", "arguments"), MESSAGES)
def test_fault_22_messages_of_the_version_before_are_still_understood(task, arguments):
    """What is sent may gain parts with defaults and lose none: during an update both versions read both."""
    understood = inspect.signature(getattr(tasks, task).run).bind(*arguments)

    assert list(understood.args) == arguments
