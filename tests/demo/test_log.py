"""The demo's events in the log: stored once, read back as stars."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError

from demo import log
from demo.behaviour import DemoEvent
from demo.log import append_demo_events, demo_stars
from recommendations.behaviour.models import Interaction
from shop.opinions.rating_totals import RatingTotal

pytestmark = pytest.mark.django_db

MUG, POT, ANN, BOB = (uuid.UUID(int=number) for number in range(1, 5))
MOMENT = datetime(2026, 7, 1, 20, 30, tzinfo=UTC)


def event(number: int, shopper=ANN, kind="view", product=MUG, value=None, query="") -> DemoEvent:
    return DemoEvent(uuid.UUID(int=1000 + number), shopper, kind, MOMENT, product, value, query)


def append(*events: DemoEvent) -> int:
    return append_demo_events(events, on_progress=lambda _: None)


def test_every_column_is_stored():
    append(event(1, kind="search_click", query="cup", value=None), event(2, kind="purchase", value=3))

    click, purchase = Interaction.objects.order_by("pk")
    assert (click.pk, click.shopper_id, click.product_id) == (uuid.UUID(int=1001), ANN, MUG)
    assert (click.kind, click.query, click.value) == ("search_click", "cup", None)
    assert (purchase.kind, purchase.query, purchase.value) == ("purchase", "", 3.0)
    assert {click.source, purchase.source} == {"demo"}
    assert click.occurred_at == MOMENT
    assert click.recorded_at == purchase.recorded_at


def test_a_search_has_no_product():
    append(event(1, kind="search", product=None, query="tea"))

    assert Interaction.objects.get().product_id is None


def test_only_what_is_missing_is_stored():
    assert append(event(1), event(2)) == 2
    assert append(event(1), event(2), event(3)) == 1
    assert append(event(1), event(2), event(3)) == 0
    assert Interaction.objects.count() == 3


def test_progress_starts_with_what_is_there_and_counts_to_the_end(monkeypatch):
    monkeypatch.setattr(log, "ROWS_PER_INSERT", 2)
    append(event(1))
    steps: list[int] = []
    append_demo_events([event(number) for number in range(1, 7)], on_progress=steps.append)

    assert steps == [1, 3, 5, 6]
    assert Interaction.objects.count() == 6


def test_a_failure_half_way_leaves_the_log_as_it_was(monkeypatch):
    monkeypatch.setattr(log, "ROWS_PER_INSERT", 2)

    def fail_late(done: int) -> None:
        if done > 2:
            raise DatabaseError("disk full")

    with pytest.raises(DatabaseError, match="disk full"):
        append_demo_events([event(number) for number in range(1, 6)], on_progress=fail_late)
    assert not Interaction.objects.exists()


def test_stars_are_summed_by_product_without_accounts_and_other_sources():
    append(
        event(1, kind="rate", value=4),
        event(2, BOB, kind="rate", value=5),
        event(3, BOB, kind="rate", product=POT, value=2),
        event(4, kind="view", product=POT),
    )
    Interaction.objects.create(shopper_id=BOB, kind="rate", product_id=MUG, value=1, source="shop")

    assert demo_stars([MUG, POT], except_of=[]) == {MUG: RatingTotal(9.0, 2), POT: RatingTotal(2.0, 1)}
    assert demo_stars([MUG, POT], except_of=[BOB]) == {MUG: RatingTotal(4.0, 1)}
    assert demo_stars([POT], except_of=[BOB]) == {}
