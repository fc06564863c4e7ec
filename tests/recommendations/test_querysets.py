"""The verbs of the behaviour tables."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, VisitorLink
from recommendations.versions.models import ModelVersion

pytestmark = pytest.mark.django_db

A, B = uuid.UUID(int=1), uuid.UUID(int=2)
NOW = timezone.now()


@pytest.fixture
def log():
    for age, shopper in ((3, A), (2, B), (1, A)):
        Interaction.objects.create(
            shopper_id=shopper,
            kind=Kind.VIEW,
            occurred_at=NOW - timedelta(hours=age),
            recorded_at=NOW - timedelta(hours=age),
        )


def hours(rows) -> list[int]:
    return [round((NOW - row.occurred_at) / timedelta(hours=1)) for row in rows]


def test_the_log_is_narrowed(log):
    assert sorted(hours(Interaction.objects.of_shoppers([A]))) == [1, 3]
    assert sorted(hours(Interaction.objects.recorded_since(NOW - timedelta(hours=2)))) == [1, 2]


@pytest.mark.parametrize(
    ("count", "hours_ago", "answer"), [(2, None, True), (3, None, False), (0, 2, True), (1, 2, False)]
)
def test_more_than_counts_what_came_after(log, count, hours_ago, answer):
    since = NOW - timedelta(hours=hours_ago) if hours_ago else None

    assert Interaction.objects.more_than(count, since=since) is answer


def test_links_are_read_both_ways():
    VisitorLink.objects.create(visitor_id=A, user_id=B)

    assert VisitorLink.objects.owner_of(A) == B
    assert VisitorLink.objects.owner_of(B) is None
    assert VisitorLink.objects.visitors_of(B) == [A]
    assert VisitorLink.objects.visitors_of(A) == []


def test_one_version_is_marked_promoted():
    status = ModelVersion.Status
    for name, before in (("1", status.PROMOTED), ("2", status.READY), ("3", status.REFUSED)):
        ModelVersion.objects.create(version=name, status=before)
    ModelVersion.objects.mark_promoted("2")

    assert dict(ModelVersion.objects.values_list("version", "status")) == {
        "1": status.READY,
        "2": status.PROMOTED,
        "3": status.REFUSED,
    }
    assert ModelVersion.objects.get(version="2").promoted_at is not None


def test_usable_versions_before_one_come_newest_first():
    status = ModelVersion.Status
    states = (status.READY, status.REFUSED, status.PROMOTED, status.TRAINING, status.READY, status.READY)
    rows = [
        ModelVersion.objects.create(version=str(day), status=state, created_at=NOW + timedelta(days=day))
        for day, state in enumerate(states)
    ]

    assert [row.version for row in ModelVersion.objects.usable_before(rows[4])] == ["2", "0"]
    assert list(ModelVersion.objects.usable_before(rows[0])) == []
