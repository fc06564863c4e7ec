"""Metrics for a monitoring system, read from the databases on request: every process reports the same."""

import logging
from collections.abc import Iterator
from datetime import timedelta

from celery import current_app
from django.db.models import Count
from django.utils import timezone
from kombu.exceptions import KombuError
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.counting.models import RailCount
from recommendations.jobs.models import Job
from recommendations.monitoring.models import Alarm, Check, Measurement
from recommendations.serving import handle
from recommendations.serving.models import IndexedProduct
from recommendations.versions.models import ModelVersion

logger = logging.getLogger(__name__)

STATES = ("queued", "running", "stopping", "lost", "done", "failed", "cancelled")
# The checks run every hour.
MEASURED_WITHIN = timedelta(hours=3)


def figures() -> Iterator[Metric]:
    """Yield every metric, from queries of the behaviour database and one of the broker.

    Once a query of the behaviour database fails, the remaining families of it are left out without a query, so that a
    hanging database is waited for once. The other metrics are yielded all the same.
    """
    is_up = True
    for family in (_version, _beside, _events, _jobs, _alarms, _rails):
        try:
            metrics = list(family()) if is_up else []
        except BEHAVIOUR_DATABASE_ERRORS as error:
            logger.error("The figures of the behaviour database cannot be read: %s", error)
            is_up, metrics = False, []
        yield from metrics
    yield GaugeMetricFamily("kindred_model_serves", "1 while a model version serves in this process.", _serves())
    yield GaugeMetricFamily("kindred_behaviour_database_up", "1 while the behaviour database answers.", int(is_up))
    yield from _queues()


def _serves() -> int:
    return int(handle.current() is not None)


def _version() -> Iterator[Metric]:
    served = handle.current()
    row = ModelVersion.objects.filter(version=served.version).first() if served else None
    if row is None:
        return
    age = GaugeMetricFamily(
        "kindred_model_version_age_seconds", "Time since the version that serves was trained.", labels=["version"]
    )
    age.add_metric([row.version], (timezone.now() - row.created_at).total_seconds())
    yield age


def _beside() -> Iterator[Metric]:
    served = handle.current()
    if served is not None:
        beside = IndexedProduct.objects.filter(model_version=served.version).count()
        yield GaugeMetricFamily(
            "kindred_products_beside_index", "Products saved since the version that serves was built.", beside
        )


def _events() -> Iterator[Metric]:
    family = GaugeMetricFamily("kindred_events_last_hour", "Events recorded in the last hour.", labels=["kind"])
    rows = Interaction.objects.filter(recorded_at__gte=timezone.now() - timedelta(hours=1)).order_by()
    counts = {row["kind"]: row["events"] for row in rows.values("kind").annotate(events=Count("id"))}
    for kind in Kind:
        family.add_metric([kind.value], counts.get(kind.value, 0))
    yield family


def _jobs() -> Iterator[Metric]:
    family = GaugeMetricFamily(
        "kindred_jobs", "Jobs by state: the open ones, and what ended in a day.", labels=["state"]
    )
    day_ago = timezone.now() - timedelta(days=1)
    ended = Job.objects.filter(finished_at__gte=day_ago).only("state", "heartbeat_at", "cancel_requested_at")
    states = [row.shown_state for row in [*Job.objects.open().defer("log"), *ended]]
    for state in STATES:
        family.add_metric([state], states.count(state))
    yield family


def _alarms() -> Iterator[Metric]:
    raised = set(Alarm.objects.raised().values_list("name", flat=True))
    family = GaugeMetricFamily("kindred_alarm_raised", "1 while the alarm is raised.", labels=["name"])
    for name in sorted(raised | set(Check.values)):
        family.add_metric([name], int(name in raised))
    yield family
    values = GaugeMetricFamily("kindred_measurement", "The newest figure of each check.", labels=["name"])
    rows = Measurement.objects.filter(measured_at__gte=timezone.now() - MEASURED_WITHIN).order_by("measured_at")
    for name, value in dict(rows.values_list("name", "value")).items():
        if value is not None:
            values.add_metric([name], value)
    yield values


def _rails() -> Iterator[Metric]:
    family = CounterMetricFamily(
        "kindred_rails",
        "Rails by intent: answered in all, and those of them not as requested.",
        labels=["intent", "outcome"],
    )
    for intent, counts in sorted(RailCount.objects.totals().items()):
        for outcome, count in counts.items():
            family.add_metric([intent, outcome], count)
    yield family


def _queues() -> Iterator[Metric]:
    """Query the length of each queue; without an answer of the broker yield only that it is down."""
    up = GaugeMetricFamily("kindred_broker_up", "1 while the message broker answers.")
    family = GaugeMetricFamily("kindred_queue_messages", "Messages that wait for a worker.", labels=["queue"])
    broker = current_app.connection_for_read()
    try:
        with broker as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
            channel = connection.default_channel
            for queue in current_app.amqp.queues.values():
                # Not passively: to Redis an empty queue does not exist.
                family.add_metric([queue.name], queue(channel).queue_declare().message_count)
    except (KombuError, OSError, *broker.connection_errors, *broker.channel_errors):
        up.add_metric([], 0)
    else:
        up.add_metric([], 1)
        yield family
    yield up
