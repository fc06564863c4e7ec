"""Domain signals become rows of the log, and never harm what they listen to."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError
from django.db.models.signals import post_save

from accounts.signals import visitor_signed_in
from recommendations import receivers, tasks
from recommendations.behaviour.models import Interaction, VisitorLink
from shop import signals
from shop.catalogue.models import Category, Product
from tests.factories import CategoryFactory, ProductFactory

pytestmark = pytest.mark.django_db

SHOPPER, PRODUCT = uuid.UUID(int=1), uuid.UUID(int=2)
MOMENT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
BASE = {"shopper_id": SHOPPER, "occurred_at": MOMENT}


@pytest.mark.parametrize(
    ("signal", "event", "row"),
    [
        (signals.product_viewed, {"product_id": PRODUCT}, ("view", PRODUCT, None, "")),
        (signals.search_performed, {"query": "blue lamp"}, ("search", None, None, "blue lamp")),
        (
            signals.search_result_clicked,
            {"product_id": PRODUCT, "query": "lamp"},
            ("search_click", PRODUCT, None, "lamp"),
        ),
        (signals.cart_item_added, {"product_id": PRODUCT, "quantity": 3}, ("add_to_cart", PRODUCT, 3.0, "")),
        (
            signals.order_placed,
            {"order_id": uuid.UUID(int=9), "lines": [(PRODUCT, 2)]},
            ("purchase", PRODUCT, 2.0, ""),
        ),
        (signals.product_rated, {"product_id": PRODUCT, "stars": 4}, ("rate", PRODUCT, 4.0, "")),
    ],
)
def test_each_signal_becomes_a_row(signal, event, row):
    signal.send(sender=None, **BASE, **event)

    saved = Interaction.objects.get()
    assert (saved.kind, saved.product_id, saved.value, saved.query) == row
    assert (saved.shopper_id, saved.occurred_at, saved.source) == (SHOPPER, MOMENT, "shop")


def test_a_view_from_a_recommended_list_is_a_click_in_it():
    signals.product_viewed.send(sender=None, **BASE, product_id=PRODUCT, recomm_id=uuid.UUID(int=5))

    assert Interaction.objects.get().recomm_id == uuid.UUID(int=5)


def test_an_order_heard_of_twice_is_stored_once():
    lines = [(PRODUCT, 1), (uuid.UUID(int=3), 2)]
    for _ in range(2):
        signals.order_placed.send(sender=None, **BASE, order_id=uuid.UUID(int=9), lines=lines)

    assert set(Interaction.objects.values_list("product_id", flat=True)) == {PRODUCT, uuid.UUID(int=3)}
    assert Interaction.objects.count() == 2


def test_a_sign_in_links_the_visitor():
    visitor_signed_in.send(sender=None, visitor_id=SHOPPER, user_id=PRODUCT)

    assert VisitorLink.objects.get(pk=SHOPPER).user_id == PRODUCT


def test_a_link_that_cannot_be_written_is_told_to_the_sender(monkeypatch):
    def away(**_):
        raise DatabaseError("gone")

    monkeypatch.setattr(receivers, "link_visitor", away)
    answers = visitor_signed_in.send_robust(sender=None, visitor_id=SHOPPER, user_id=PRODUCT)

    assert any(isinstance(answer, DatabaseError) for _, answer in answers)


@pytest.mark.parametrize("signal", [signals.product_viewed, signals.order_placed])
def test_an_absent_behaviour_database_does_not_stop_the_shop(signal, monkeypatch, caplog):
    def away(**_):
        raise DatabaseError("gone")

    monkeypatch.setattr(receivers, "record_interaction", away)
    monkeypatch.setattr(receivers, "record_interactions", away)
    signal.send(sender=None, **BASE, product_id=PRODUCT, order_id=PRODUCT, lines=[(PRODUCT, 1)])

    assert "An event was lost" in caplog.text
    assert not Interaction.objects.exists()


def _queue(sent: dict) -> list[str]:
    return [sent["queue"]] if "queue" in sent else []


@pytest.fixture
def asked(monkeypatch):
    """Which tasks were asked for, with their arguments, and the queue where it is not the task's own."""
    calls: list[tuple] = []
    for name in ("reindex_products", "reindex_category"):
        task = getattr(tasks, name)
        monkeypatch.setattr(
            task, "apply_async", lambda args, name=name, **sent: calls.append((name, *args, *_queue(sent)))
        )
    return calls


def test_a_saved_or_deleted_product_is_reindexed_on_commit(asked, committed):
    with committed():
        product = ProductFactory(category__name="Lamps")
        assert asked == []
    asked.clear()
    with committed():
        product.save()
    pk = str(product.pk)
    with committed():
        product.delete()

    assert asked == [("reindex_products", [pk])] * 2


def test_a_saved_or_deleted_category_has_its_products_reindexed(asked, committed):
    with committed():
        category = CategoryFactory()
    pk = str(category.pk)
    assert asked == [("reindex_category", pk)]
    with committed():
        category.delete()

    assert asked[1:] == [("reindex_category", pk)]


def test_an_import_asks_in_chunks(asked, committed, monkeypatch):
    monkeypatch.setattr(receivers, "PRODUCTS_PER_TASK", 2)
    products = [uuid.uuid4() for _ in range(5)]
    with committed():
        signals.catalogue_changed.send(sender=None, product_ids=products)

    assert [(len(chunk), queue) for _, chunk, queue in asked] == [(2, "catalogue"), (2, "catalogue"), (1, "catalogue")]
    assert [product for _, chunk, _ in asked for product in chunk] == [str(product) for product in products]


def test_fixtures_ask_for_nothing(asked, committed):
    product = ProductFactory.build(category=CategoryFactory())
    asked.clear()
    with committed():
        post_save.send(sender=Product, instance=product, created=True, raw=True, using="default")
        post_save.send(sender=Category, instance=product.category, created=False, raw=True, using="default")

    assert asked == []


def test_connecting_twice_records_once():
    receivers.connect()
    signals.product_viewed.send(sender=None, **BASE, product_id=PRODUCT)

    assert Interaction.objects.count() == 1
