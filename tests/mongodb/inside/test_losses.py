"""MongoDB rolls nothing back here and waits for no commit: what must hold nevertheless."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from demo import log
from demo.behaviour import DemoEvent
from demo.log import append_demo_events
from ml.datasets.records import InteractionRecord
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.behaviour.services import bulk_log, imports, interactions
from recommendations.behaviour.services.bulk_log import LogRow, append_rows
from recommendations.behaviour.services.imports import import_interactions
from recommendations.behaviour.services.interactions import NewEvent, record_interaction, record_interactions
from recommendations.learning.sweep import catch_up
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from shop.orders.models import Order
from shop.orders.services import place_order
from tests.factories import ProductFactory

pytestmark = [pytest.mark.mongodb, pytest.mark.django_db]

SHOPPER = uuid.UUID(int=7)
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def rate(user: str, item: str = "B1") -> InteractionRecord:
    return InteractionRecord(user=user, item=item, rating=4.0, timestamp=1e9, kind="rate", line=2)


def import_ratings(*users: str) -> tuple[int, int]:
    """Import a rating of each user; return how many were created, and how many were there."""
    summary = import_interactions(map(rate, users), source="ratings-csv", count_into_totals=True)
    return summary.created, summary.already_there


@pytest.fixture
def lamp(category) -> Product:
    return ProductFactory(category=category, external_id="B1")


def stars(product: Product) -> tuple[int, int]:
    product.refresh_from_db()
    return product.rating_sum, product.rating_count


def test_the_profile_follows_at_once():
    record_interaction(shopper_id=SHOPPER, kind=Kind.VIEW, product_id=uuid.uuid4(), source="shop")

    assert ShopperProfile.objects.get(pk=SHOPPER).event_count == 1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_rival_within_a_batch_leaves_each_event_once_and_the_profile_fresh(place, monkeypatch):
    """What went in before the collision stays: it is counted as stored, and the shopper's profile knows of it."""
    events = [NewEvent(Kind.VIEW, uuid.uuid4(), event_id=uuid.uuid4()) for _ in range(3)]
    begin, rivals = interactions.transaction.atomic, [events[place].event_id]

    def rival_first(*arguments, **options):
        while rivals:
            Interaction.objects.create(id=rivals.pop(), shopper_id=uuid.uuid4(), kind=Kind.VIEW)
        return begin(*arguments, **options)

    monkeypatch.setattr(interactions.transaction, "atomic", rival_first)
    outcome = record_interactions(shopper_id=SHOPPER, events=events, source="api")

    assert (outcome.stored, outcome.duplicates) == (2, 1)
    assert set(Interaction.objects.values_list("id", flat=True)) == {event.event_id for event in events}
    assert ShopperProfile.objects.get(pk=SHOPPER).event_count == 2


def test_an_order_that_is_rolled_back_leaves_no_purchase(visitor, address, product, committed):
    add_to_cart(shopper=visitor, product_id=product.pk)
    with committed(), transaction.atomic():
        place_order(shopper=visitor, checkout_key=uuid.uuid4(), address=address)
        transaction.set_rollback(True)

    assert not Order.objects.exists()
    assert not Interaction.objects.filter(kind=Kind.PURCHASE).exists()


def test_an_order_placed_while_mongodb_is_away_is_caught_up_with(visitor, address, product, committed, monkeypatch):
    add_to_cart(shopper=visitor, product_id=product.pk)

    def away(*_, **__):
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(interactions.Interaction.objects, "bulk_create", away)
        with committed():
            order = place_order(shopper=visitor, checkout_key=uuid.uuid4(), address=address)
    assert not Interaction.objects.filter(kind=Kind.PURCHASE).exists()

    assert catch_up(request_retraining=lambda: None).purchases == 1
    assert Interaction.objects.get(kind=Kind.PURCHASE).id == Interaction.purchase_id(order.pk, product.pk)
    assert len(ShopperProfile.objects.get(pk=visitor.id).history["bought"]) == 1


def test_rows_that_went_in_before_a_collision_are_taken_out_again(monkeypatch):
    monkeypatch.setattr(bulk_log, "MONGODB_BATCH", 2)
    rows = [LogRow(uuid.UUID(int=n).hex, SHOPPER.hex, "rate", SHOPPER.hex, 4.0, MOMENT) for n in range(1, 6)]
    append_rows(rows[3:4], source="x", recorded_at=MOMENT)

    with pytest.raises(IntegrityError):
        append_rows(rows, source="x", recorded_at=MOMENT.replace(year=2027))

    assert list(Interaction.objects.values_list("id", flat=True)) == [uuid.UUID(int=4)]


def test_an_import_that_meets_a_rival_counts_the_stars_of_its_own_rows_only(lamp, monkeypatch):
    ask = imports.known_ids

    def answer_too_late(ids):
        known = ask(ids)
        monkeypatch.setattr(imports, "known_ids", ask)
        key = imports.event_key("\x1f".join(["ratings-csv", "u1", "B1", "1000000000.0", "rate"]))
        Interaction.objects.create(id=uuid.UUID(key), shopper_id=SHOPPER, kind="rate")
        return known

    monkeypatch.setattr(imports, "known_ids", answer_too_late)

    assert import_ratings("u0", "u1", "u2") == (2, 1)
    assert Interaction.objects.count() == 3
    assert stars(lamp) == (8, 2)


def test_a_failing_import_leaves_neither_rows_nor_stars(lamp, monkeypatch):
    write = bulk_log.Interaction.objects.bulk_create

    def half(rows, **options):
        write(rows[:1], **options)
        raise DatabaseError("gone")

    with monkeypatch.context() as broken:
        broken.setattr(bulk_log.Interaction.objects, "bulk_create", half)
        with pytest.raises(DatabaseError, match="gone"):
            import_ratings("u0", "u1")
    assert not Interaction.objects.exists()
    assert stars(lamp) == (0, 0)

    assert import_ratings("u0", "u1") == (2, 0)
    assert stars(lamp) == (8, 2)


def test_demo_events_that_failed_half_way_are_completed_by_the_next_run(monkeypatch):
    monkeypatch.setattr(log, "ROWS_PER_INSERT", 2)
    events = [DemoEvent(uuid.UUID(int=n), SHOPPER, "view", MOMENT, SHOPPER, None, "") for n in range(1, 6)]

    def fail_late(done: int) -> None:
        if done > 2:
            raise DatabaseError("disk full")

    with pytest.raises(DatabaseError, match="disk full"):
        append_demo_events(events, on_progress=fail_late)
    assert Interaction.objects.count() == 4

    assert append_demo_events(events, on_progress=lambda _: None) == 1
    assert Interaction.objects.count() == 5
