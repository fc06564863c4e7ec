"""The log: what is written, once, and what is refused."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.behaviour.services import interactions
from recommendations.behaviour.services.interactions import (
    NewEvent,
    Refusal,
    dismiss_product,
    record_interaction,
    record_interactions,
    record_reported_events,
    take_back_dismissal,
)
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db

SHOPPER = uuid.UUID(int=7)


def stored() -> list[tuple]:
    return list(Interaction.objects.order_by("occurred_at").values_list("shopper_id", "kind", "product_id", "value"))


def test_one_event_is_one_row():
    moment = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    product = uuid.uuid4()
    record_interaction(
        shopper_id=SHOPPER, kind=Kind.RATE, product_id=product, value=4, occurred_at=moment, source="shop"
    )

    saved = Interaction.objects.get()
    assert stored() == [(SHOPPER, "rate", product, 4.0)]
    assert (saved.occurred_at, saved.source) == (moment, "shop")
    assert saved.recorded_at > moment


def test_the_same_event_twice_is_stored_once():
    event_id, product = uuid.uuid4(), uuid.uuid4()
    first, second = (
        record_interaction(event_id=event_id, shopper_id=SHOPPER, kind=Kind.VIEW, product_id=product, source="shop")
        for _ in range(2)
    )

    assert first is not None
    assert second is None
    assert Interaction.objects.count() == 1


def test_a_long_query_is_cut_and_the_future_is_now():
    record_interaction(
        shopper_id=SHOPPER,
        kind=Kind.SEARCH,
        query="x" * 5000,
        occurred_at=timezone.now() + timedelta(days=3),
        source="shop",
    )

    row = Interaction.objects.get()
    assert row.query == "x" * 200
    assert row.occurred_at <= timezone.now()


def test_the_profile_follows_after_the_commit(committed):
    with committed():
        record_interaction(shopper_id=SHOPPER, kind=Kind.VIEW, product_id=uuid.uuid4(), source="shop")
        assert not ShopperProfile.objects.exists()

    assert ShopperProfile.objects.get(pk=SHOPPER).event_count == 1


def test_a_batch_counts_what_was_there_before():
    events = [NewEvent(Kind.VIEW, uuid.uuid4(), event_id=uuid.uuid4()) for _ in range(3)]
    record_interactions(shopper_id=SHOPPER, events=events[:1], source="api")

    outcome = record_interactions(shopper_id=SHOPPER, events=[*events, events[2]], source="api")

    assert (outcome.stored, outcome.duplicates) == (2, 2)
    assert Interaction.objects.count() == 3


def test_a_rival_request_that_stores_one_first_costs_nothing(monkeypatch):
    """Between the look and the write another request stores one of the events."""
    events = [NewEvent(Kind.VIEW, uuid.uuid4(), event_id=uuid.uuid4()) for _ in range(3)]
    begin, rivals = interactions.transaction.atomic, [events[1].event_id]

    def rival_first(*arguments, **options):
        while rivals:
            Interaction.objects.create(id=rivals.pop(), shopper_id=SHOPPER, kind=Kind.VIEW)
        return begin(*arguments, **options)

    monkeypatch.setattr(interactions.transaction, "atomic", rival_first)
    outcome = record_interactions(shopper_id=SHOPPER, events=events, source="api")

    assert (outcome.stored, outcome.duplicates) == (2, 1)
    assert set(Interaction.objects.values_list("id", flat=True)) == {event.event_id for event in events}


def test_a_batch_needs_few_queries(django_assert_max_num_queries):
    products = ProductFactory.create_batch(5)
    events = [NewEvent(Kind.VIEW, product.pk) for product in products]

    with django_assert_max_num_queries(5):  # products, known ids, savepoint, insert, release
        record_reported_events(shopper_id=SHOPPER, events=events)


def test_good_events_are_stored_and_bad_ones_listed():
    product, hidden = ProductFactory(), ProductFactory(is_published=False)
    now = timezone.now()
    unreadable = Refusal(4, "kind", "invalid", "no")
    outcome = record_reported_events(
        shopper_id=SHOPPER,
        events=[
            NewEvent(Kind.VIEW, product.pk),
            NewEvent(Kind.VIEW, uuid.uuid4()),
            NewEvent(Kind.VIEW, product.pk, occurred_at=now - timedelta(days=8)),
            NewEvent(Kind.VIEW, product.pk, occurred_at=now + timedelta(hours=1)),
            unreadable,
            NewEvent(Kind.VIEW, hidden.pk),
            NewEvent(Kind.SEARCH, query="lamp", occurred_at=now - timedelta(days=6)),
        ],
    )

    assert (outcome.stored, outcome.duplicates) == (2, 0)
    assert [(refusal.position, refusal.code) for refusal in outcome.refused] == [
        (1, "unknown_product"),
        (2, "too_old"),
        (3, "in_the_future"),
        (4, "invalid"),
        (5, "unknown_product"),
    ]
    assert set(Interaction.objects.values_list("kind", "source")) == {("search", "api"), ("view", "api")}


def test_only_bad_events_store_and_nudge_nothing(committed):
    with committed() as callbacks:
        outcome = record_reported_events(shopper_id=SHOPPER, events=[NewEvent(Kind.VIEW, uuid.uuid4())])

    assert (outcome.stored, len(outcome.refused), callbacks) == (0, 1, [])
    assert not Interaction.objects.exists()


def test_a_clock_that_runs_a_little_fast_is_forgiven():
    product = ProductFactory()
    event = NewEvent(Kind.VIEW, product.pk, occurred_at=timezone.now() + timedelta(minutes=4))

    assert record_reported_events(shopper_id=SHOPPER, events=[event]).stored == 1
    assert Interaction.objects.get().occurred_at <= timezone.now()


def test_a_dismissal_and_taking_it_back_are_two_events():
    product = uuid.uuid4()
    dismiss_product(shopper_id=SHOPPER, product_id=product)
    take_back_dismissal(shopper_id=SHOPPER, product_id=product)

    assert stored() == [(SHOPPER, "not_interested", product, 1.0), (SHOPPER, "not_interested", product, 0.0)]


def test_a_duplicate_leaves_the_surrounding_transaction_usable():
    event_id = uuid.uuid4()
    for _ in range(2):
        record_interaction(event_id=event_id, shopper_id=SHOPPER, kind=Kind.SEARCH, query="a", source="shop")

    assert connection.in_atomic_block
    assert Interaction.objects.count() == 1
