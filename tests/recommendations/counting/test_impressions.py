"""The buffer of lists that experiments showed."""

import uuid

import pytest
from django.db import DatabaseError

from recommendations.counting import impressions
from recommendations.counting.impressions import ImpressionBuffer, record_impression, write_impressions
from recommendations.counting.models import Impression

EXPERIMENT, VARIANT, SHOPPER = (uuid.UUID(int=number) for number in (1, 2, 9))


@pytest.fixture(autouse=True)
def _own_buffer(monkeypatch):
    monkeypatch.setattr(impressions, "_buffer", ImpressionBuffer())


def impression() -> Impression:
    return Impression(
        id=uuid.uuid4(),
        experiment_id=EXPERIMENT,
        variant_id=VARIANT,
        shopper_id=SHOPPER,
        slot="home",
        intent="for_you",
        product_count=3,
    )


@pytest.mark.django_db
def test_lists_wait_in_memory_until_they_are_written_in_one_go(queries):
    with queries(0):
        for _ in range(3):
            record_impression(impression())
    with queries(1):
        write_impressions()

    assert Impression.objects.count() == 3
    write_impressions()
    assert Impression.objects.count() == 3


def test_lists_of_a_time_without_database_are_lost_and_said_so(monkeypatch, caplog):
    def away(*_, **__):
        raise DatabaseError("away")

    record_impression(impression())
    monkeypatch.setattr(Impression.objects, "bulk_create", away)
    write_impressions()

    assert "1 lists shown in experiments could not be written down: away" in caplog.text


@pytest.mark.django_db
def test_no_more_lists_wait_than_memory_should_hold(monkeypatch):
    monkeypatch.setattr(impressions, "MOST_WAITING", 2)
    for _ in range(5):
        record_impression(impression())
    write_impressions()

    assert Impression.objects.count() == 2
