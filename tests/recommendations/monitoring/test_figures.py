"""The figures of a monitoring system, each from planted rows."""

import uuid
from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone
from kombu import Connection
from pymongo.errors import PyMongoError

from benchmarks.shops.programs import RedisServer
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.counting.models import RailCount
from recommendations.jobs.models import Job
from recommendations.monitoring import figures as module
from recommendations.monitoring.figures import figures
from recommendations.monitoring.models import Alarm, Measurement
from recommendations.serving import handle
from recommendations.serving.models import IndexedProduct
from recommendations.versions.models import ModelVersion
from tests.programs import free_port, require_program
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import act

pytestmark = pytest.mark.django_db


def samples(family: str) -> dict[tuple[str, ...], float]:
    """Return the samples of a family by their labels."""
    found = next((metric for metric in figures() if metric.name == family), None)
    return {tuple(sample.labels.values()): sample.value for sample in found.samples} if found else {}


def test_the_age_of_the_version_that_serves(product):
    assert samples("kindred_model_serves") == {(): 0}
    assert samples("kindred_model_version_age_seconds") == {}
    version = publish([product])
    ModelVersion.objects.update(created_at=timezone.now() - timedelta(hours=2))

    assert samples("kindred_model_serves") == {(): 1}
    assert samples("kindred_model_version_age_seconds") == {(version,): pytest.approx(7_200, abs=60)}


def test_events_of_the_last_hour_by_kind(product):
    act(Kind.VIEW, product)
    act(Kind.VIEW, product)
    act(Kind.PURCHASE, product)
    Interaction.objects.filter(kind=Kind.PURCHASE).update(recorded_at=timezone.now() - timedelta(minutes=61))

    found = samples("kindred_events_last_hour")
    assert found == {(kind.value,): 0 for kind in Kind} | {("view",): 2}


def test_jobs_by_state():
    moment = timezone.now()

    def make(state: Job.State, **fields) -> None:
        Job.objects.create(kind=Job.Kind.IMPORT, title="x", started_by="x", state=state, **fields)

    make(Job.State.QUEUED)
    make(Job.State.RUNNING, heartbeat_at=moment)
    make(Job.State.RUNNING, heartbeat_at=moment - 2 * Job.LOST_AFTER)
    make(Job.State.FAILED, finished_at=moment)
    make(Job.State.FAILED, finished_at=moment - timedelta(days=2))

    found = samples("kindred_jobs")
    assert found == {(state,): 0 for state in module.STATES} | {
        ("queued",): 1,
        ("running",): 1,
        ("lost",): 1,
        ("failed",): 1,
    }


def test_alarms_and_what_was_measured():
    Alarm.objects.raise_alarm("event_rate", value=0.1, threshold=0.5, message="")
    Alarm.objects.raise_alarm("coverage", value=0.1, threshold=0.5, message="")
    Alarm.objects.clear("coverage")
    Alarm.objects.raise_alarm("damaged_version", value=None, threshold=None, message="")
    for value, minutes in ((0.3, 90), (0.2, 30)):
        Measurement.objects.create(
            name="coverage", value=value, explanation="", measured_at=timezone.now() - timedelta(minutes=minutes)
        )
    Measurement.objects.create(name="event_rate", value=None, explanation="")

    raised = samples("kindred_alarm_raised")
    assert {name for (name,), value in raised.items() if value} == {"event_rate", "damaged_version"}
    assert raised[("coverage",)] == 0
    assert samples("kindred_measurement") == {("coverage",): 0.2}


def test_rails_by_intent_and_outcome():
    RailCount.objects.add(timezone.now(), "for_you", answered=5, empty=1)
    RailCount.objects.add(timezone.now() - timedelta(days=40), "for_you", answered=3, short=2)

    assert samples("kindred_rails") == {
        ("for_you", "answered"): 8,
        ("for_you", "empty"): 1,
        ("for_you", "short"): 2,
        ("for_you", "fallback"): 0,
    }


def test_products_beside_the_index(product):
    assert samples("kindred_products_beside_index") == {}
    version = publish([product])
    for number, of in enumerate((version, version, "20200101-000000-0000")):
        IndexedProduct.objects.create(product_id=uuid.UUID(int=number + 1), model_version=of)

    assert samples("kindred_products_beside_index") == {(): 2}


@pytest.mark.parametrize("error", [OperationalError, InterfaceError, PyMongoError])
def test_without_the_behaviour_database_what_is_known_without_it_is_told(product, monkeypatch, caplog, error):
    assert samples("kindred_behaviour_database_up") == {(): 1}
    publish([product])
    handle.current()
    asked = []

    def away(*_, **__):
        asked.append(1)
        raise error("the server closed the connection")

    for model in (ModelVersion, IndexedProduct, Interaction, Job, Alarm, Measurement, RailCount):
        monkeypatch.setattr(model.objects, "filter", away)
    found = {metric.name for metric in figures()}

    assert found == {
        "kindred_behaviour_database_up",
        "kindred_broker_up",
        "kindred_model_serves",
        "kindred_queue_messages",
    }
    assert samples("kindred_behaviour_database_up") == {(): 0}
    assert samples("kindred_model_serves") == {(): 1}
    assert samples("kindred_broker_up") == {(): 1}
    assert "figures of the behaviour database cannot be read: the server closed the connection" in caplog.text


def use_broker(monkeypatch, address: str) -> None:
    options = {"max_retries": 0, "socket_connect_timeout": 1.0}
    monkeypatch.setattr(
        module.current_app, "connection_for_read", lambda: Connection(address, transport_options=dict(options))
    )


def test_a_broker_that_is_away_tells_nothing(monkeypatch):
    use_broker(monkeypatch, f"redis://127.0.0.1:{free_port()}/0")

    assert samples("kindred_broker_up") == {(): 0}
    assert samples("kindred_queue_messages") == {}


@pytest.mark.redis
def test_messages_that_wait_in_redis(monkeypatch, tmp_path):
    """An empty queue does not exist there."""
    require_program("redis-server", package="redis-server")
    with RedisServer(tmp_path, free_port()) as server:
        use_broker(monkeypatch, server.address)
        assert samples("kindred_queue_messages") == {("realtime",): 0, ("catalogue",): 0, ("training",): 0}
        with Connection(server.address) as connection, connection.SimpleQueue("training") as queue:
            queue.put({"a": "message"})

        assert samples("kindred_queue_messages") == {("realtime",): 0, ("catalogue",): 0, ("training",): 1}
        assert samples("kindred_broker_up") == {(): 1}
