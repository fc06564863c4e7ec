"""Servers and processes that break on purpose. A module shares one Redis, one web server and one worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery
from django.db import connection

from benchmarks.shops.client import ShopClient, Visitor
from benchmarks.shops.live_shop import LiveShop
from benchmarks.shops.programs import Program, RedisServer
from recommendations.behaviour.services import notifications
from recommendations.serving import handle
from tests.faults.holding import Hold
from tests.faults.toxic_proxy import ToxicProxy
from tests.programs import free_port, require_program
from tests.recommendations import tower_model


@pytest.fixture(scope="module")
def redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """A Redis of the module's own."""
    require_program("redis-server", package="redis-server")
    with RedisServer(tmp_path_factory.mktemp("redis"), free_port()) as server:
        yield server


@pytest.fixture
def to_redis(redis: RedisServer) -> Iterator[ToxicProxy]:
    """A way to that Redis on which there may be trouble."""
    with ToxicProxy(redis.port).running() as proxy:
        yield proxy


@pytest.fixture(scope="session")
def connection_of_the_test(django_db_setup: None) -> str:
    """The DATABASE_URL under which other processes find this test's database."""
    if connection.vendor != "sqlite":
        pytest.skip("the processes share the test's SQLite file")
    return f"sqlite:///{connection.settings_dict['NAME']}"


@pytest.fixture(scope="module")
def live_shop(
    redis: RedisServer, tmp_path_factory: pytest.TempPathFactory, connection_of_the_test: str
) -> Iterator[LiveShop]:
    """A shop whose processes use the test's own SQLite database and that Redis; a test starts them."""
    settings = {"DATABASE_URL": connection_of_the_test, "REDIS_URL": redis.address, "BEHAVIOUR_DATABASE_URL": ""}
    with LiveShop(tmp_path_factory.mktemp("shop"), settings) as shop:
        yield shop
        # What they still do is of no use to anybody, and waiting for their good manners takes seconds.
        for program in shop.programs:
            program.kill()


@pytest.fixture(scope="module")
def web(live_shop: LiveShop, django_db_blocker) -> str:
    """The address of its web server."""
    return live_shop.start_web(port=free_port())[1]


@pytest.fixture(scope="module")
def worker(live_shop: LiveShop) -> Program:
    """Its worker for what must happen at once."""
    return live_shop.start_worker("realtime", include="tests.faults.worker_tasks")


@pytest.fixture
def hold(live_shop: LiveShop) -> Iterator[Hold]:
    """A hold on the tasks of that shop's workers."""
    (live_shop.folder / "data").mkdir(exist_ok=True)
    hold = Hold(live_shop.folder / "data")
    yield hold
    hold.end()


@pytest.fixture
def visitor(web: str) -> Iterator[Visitor]:
    """An anonymous shopper of that web server."""
    client = ShopClient(web)
    yield Visitor(client, 1)
    client.close()


@pytest.fixture
def broker(redis: RedisServer) -> Iterator[Celery]:
    """Sends messages as any client of the broker may, sensible or not."""
    with Celery(broker=redis.address, set_as_current=False) as app:
        app.conf.task_default_queue = "realtime"
        yield app


@pytest.fixture
def models_of_the_live_shop(live_shop: LiveShop, settings, monkeypatch) -> Path:
    """Let this process read and publish model versions where the live shop does."""
    settings.MODEL_DIR = live_shop.folder / "data" / "models"
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())
    return settings.MODEL_DIR


@pytest.fixture
def own_models(settings, tmp_path, monkeypatch) -> None:
    """Model versions of the test's own, trained in milliseconds."""
    settings.MODEL_DIR = tmp_path / "models"
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 0.0)
    tower_model.install(monkeypatch)


@pytest.fixture(autouse=True)
def _own_broker_state(monkeypatch):
    monkeypatch.setattr(notifications, "_broker", notifications.BrokerState())
