"""A broker that is away costs nothing but a line in the log, and what a shopper just did is in their next list."""

import logging
import uuid
from threading import Timer
from types import SimpleNamespace

import pytest
from django.db import OperationalError
from kombu import Connection
from kombu.exceptions import OperationalError as BrokerError

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink, VisitorLinkQuerySet
from recommendations.behaviour.services import notifications
from recommendations.behaviour.services.interactions import NewEvent, record_interaction, record_interactions
from recommendations.behaviour.services.notifications import notify, notify_on_commit, refresh_on_commit
from recommendations.learning.sweep import catch_up
from recommendations.shoppers.profiles import Profile, profile_of
from recommendations.tasks import refresh_shopper
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish, served_now
from tests.recommendations.shopping import OTHER, SHOPPER, act

pytestmark = pytest.mark.django_db


class Task:
    """A task whose broker can be away. How messages are counted is seen on a real one (tests/faults)."""

    app = SimpleNamespace(conf=SimpleNamespace(task_always_eager=True))

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.attempts: list[dict] = []

    def apply_async(self, **options) -> None:
        self.attempts.append(options)
        if self.error:
            raise self.error


@pytest.fixture
def clock(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(notifications.time, "monotonic", lambda: now[0])
    return now


def test_a_notification_is_sent_once_without_retries():
    task = Task()

    assert notify(task, "a", 1) is True
    assert task.attempts == [{"args": ("a", 1), "retry": False}]


@pytest.mark.parametrize("error", [BrokerError("refused"), ConnectionRefusedError(111, "refused"), PermissionError()])
def test_an_absent_broker_is_logged_once_and_left_alone_for_a_while(error, clock, caplog):
    task = Task(error)
    with caplog.at_level(logging.WARNING):
        assert [notify(task, "a") for _ in range(5)] == [False] * 5
        assert len(task.attempts) == 1
        clock[0] += notifications.SECONDS_BETWEEN_ATTEMPTS
        assert notify(task, "a") is False

    assert len(task.attempts) == 2
    assert len(caplog.records) == 1


def test_a_broker_that_comes_back_is_used_again(clock, caplog):
    notify(Task(BrokerError("refused")), "a")
    clock[0] += notifications.SECONDS_BETWEEN_ATTEMPTS
    task = Task()

    assert [notify(task, "b"), notify(task, "c")] == [True, True]
    assert "is back" in caplog.text


def test_an_error_of_the_task_itself_is_not_hidden():
    with pytest.raises(ZeroDivisionError):
        notify(Task(ZeroDivisionError()), "a")


@pytest.fixture
def broker(monkeypatch):
    """A broker in memory with one connection, and three messages in the queue `full`."""
    monkeypatch.setattr(Task, "app", SimpleNamespace(conf=SimpleNamespace(task_always_eager=False)))
    Task.app.pool = Connection("memory://localhost").Pool(limit=1)
    with Task.app.pool.acquire() as link, link.SimpleBuffer("full", no_ack=True) as full:
        for number in range(3):
            full.put(number)
    yield Task.app.pool
    with Task.app.pool.acquire(block=True) as link:
        link.default_channel.queue_delete("full")
    Task.app.pool.force_close_all()


def test_the_messages_of_a_queue_are_counted_and_a_queue_without_messages_is_not_made(broker):
    assert notifications._waiting(Task(), "full") == 3
    assert notifications._waiting(Task(), "none") == 0
    with broker.acquire() as link, pytest.raises(link.channel_errors):
        link.default_channel.queue_declare("none", passive=True)


def test_a_count_waits_for_a_connection_that_others_use(broker):
    link = broker.acquire()
    timer = Timer(0.2, link.release)
    timer.start()

    assert notifications._waiting(Task(), "full") == 3
    timer.join()


def test_a_broker_that_is_away_is_not_counted_as_an_empty_queue(broker, monkeypatch):
    with broker.acquire() as link:

        def away(*_: object, **__: object) -> None:
            raise link.connection_errors[0]("away")

        monkeypatch.setattr(link.default_channel, "queue_declare", away)

    with pytest.raises(ConnectionError, match="away"):
        notifications._waiting(Task(), "full")


def test_a_notification_waits_for_the_commit(committed):
    task = Task()
    with committed():
        notify_on_commit(task, "a", about=Interaction)
        assert task.attempts == []

    assert len(task.attempts) == 1


@pytest.fixture
def products(category):
    products = ProductFactory.create_batch(6, category=category)
    publish(products)
    return products


@pytest.fixture
def profile(products):
    """What a worker wrote when the shopper had viewed one product."""
    act(Kind.VIEW, products[0])
    refresh_shopper(str(SHOPPER))
    served = known()
    assert served.ahead != b""
    assert ShopperProfile.objects.get(pk=SHOPPER).model_version != ""
    return served


def known() -> Profile:
    return profile_of(SHOPPER, served_now())


def seen() -> set[uuid.UUID]:
    return {product.product_id for product in known().history.recent}


def model_versions() -> set[str]:
    return set(ShopperProfile.objects.values_list("model_version", flat=True))


@pytest.fixture
def broker_away(monkeypatch):
    monkeypatch.setattr(notifications, "_broker", notifications.BrokerState(is_away=True, quiet_until=float("inf")))


@pytest.fixture
def broker_refuses(monkeypatch):
    """The first that finds the broker away."""

    def refused(**_: object) -> None:
        raise BrokerError("refused")

    monkeypatch.setattr(refresh_shopper, "apply_async", refused)


@pytest.fixture
def broker_flooded(monkeypatch):
    monkeypatch.setattr(notifications, "_waiting", lambda *_: notifications.MOST_WAITING)


@pytest.fixture
def worker_dead(monkeypatch):
    """The broker takes messages and nobody works them off."""
    monkeypatch.setattr(refresh_shopper, "apply_async", lambda **_: None)


@pytest.mark.parametrize("trouble", ["broker_away", "broker_refuses", "broker_flooded"])
@pytest.mark.parametrize("kind", [Kind.VIEW, Kind.PURCHASE])
def test_without_a_broker_the_next_request_reads_the_log(profile, products, committed, request, trouble, kind):
    request.getfixturevalue(trouble)

    with committed():
        record_interaction(shopper_id=SHOPPER, kind=kind, product_id=products[1].pk, value=1, source="shop")

    assert seen() == {products[0].pk, products[1].pk}
    assert known().unwanted == ({products[1].pk} if kind is Kind.PURCHASE else set())
    assert known().ahead == b""


@pytest.mark.parametrize("trouble", ["broker_away", "broker_flooded"])
def test_a_batch_without_a_broker_is_in_the_next_list_too(profile, products, committed, request, trouble):
    request.getfixturevalue(trouble)

    with committed():
        events = [NewEvent(Kind.VIEW, product.pk) for product in products[1:4]]
        record_interactions(shopper_id=SHOPPER, events=events, source="api")

    assert seen() == {product.pk for product in products[:4]}


@pytest.mark.usefixtures("broker_away")
def test_what_a_linked_visitor_does_reaches_the_account(profile, products, committed):
    VisitorLink.objects.create(visitor_id=OTHER, user_id=SHOPPER)
    refresh_shopper(str(SHOPPER))

    with committed():
        record_interaction(shopper_id=OTHER, kind=Kind.VIEW, product_id=products[1].pk, source="shop")

    assert seen() == {products[0].pk, products[1].pk}


def test_the_sweep_rewrites_what_was_marked(profile, products, committed, monkeypatch):
    with monkeypatch.context() as away:
        away.setattr(notifications, "_broker", notifications.BrokerState(is_away=True, quiet_until=float("inf")))
        with committed():
            record_interaction(shopper_id=SHOPPER, kind=Kind.PURCHASE, product_id=products[1].pk, source="shop")
    assert model_versions() == {""}

    catch_up(request_retraining=lambda: None)

    assert model_versions() == {served_now().version}
    assert known().unwanted == {products[1].pk}
    assert known().ahead != b""


@pytest.mark.usefixtures("worker_dead")
@pytest.mark.parametrize("kind", [Kind.PURCHASE, Kind.RATE, Kind.NOT_INTERESTED])
def test_what_must_not_come_again_does_not_wait_for_a_worker(profile, products, committed, kind):
    with committed():
        record_interaction(shopper_id=SHOPPER, kind=kind, product_id=products[1].pk, value=1, source="shop")
    assert known().unwanted == {products[1].pk}

    with committed():
        record_interactions(shopper_id=SHOPPER, events=[NewEvent(kind, products[2].pk, 1)], source="shop")
    assert known().unwanted == {products[1].pk, products[2].pk}


@pytest.mark.usefixtures("worker_dead")
@pytest.mark.parametrize(
    ("waiting", "is_known"), [(notifications.MOST_IN_TIME - 1, False), (notifications.MOST_IN_TIME, True)]
)
def test_a_view_does_not_wait_for_workers_that_are_behind(profile, products, committed, monkeypatch, waiting, is_known):
    monkeypatch.setattr(notifications, "_waiting", lambda *_: waiting)
    for product in products[1:3]:  # the first counts what waits
        with committed():
            record_interaction(shopper_id=SHOPPER, kind=Kind.VIEW, product_id=product.pk, source="shop")

    assert (products[2].pk in seen()) is is_known


def test_a_worker_that_is_quick_leaves_no_mark(profile, products, committed):
    with committed():
        record_interaction(shopper_id=SHOPPER, kind=Kind.PURCHASE, product_id=products[1].pk, source="shop")

    assert model_versions() == {served_now().version}
    assert known().ahead != b""


@pytest.mark.usefixtures("broker_away")
def test_an_event_is_stored_when_its_profile_cannot_be_marked(profile, products, committed, monkeypatch, caplog):
    def away(*_: object) -> None:
        raise OperationalError("away")

    monkeypatch.setattr(VisitorLinkQuerySet, "owner_of", away)
    with committed():
        record_interaction(shopper_id=SHOPPER, kind=Kind.VIEW, product_id=products[1].pk, source="shop")

    assert Interaction.objects.filter(product_id=products[1].pk).count() == 1
    assert "is outdated until the next sweep" in caplog.text


def test_a_worker_in_time_costs_no_statement_more(profile, products, queries, committed, monkeypatch):
    monkeypatch.setattr(refresh_shopper, "apply_async", lambda **_: None)
    with queries(0), committed():
        refresh_on_commit(SHOPPER, about=Interaction)
