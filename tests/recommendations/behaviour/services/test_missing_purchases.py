"""An order whose event never reached the log."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.behaviour.models import Interaction, ShopperProfile
from recommendations.behaviour.services import missing_purchases
from recommendations.behaviour.services.missing_purchases import record_missing_purchases
from recommendations.learning.sweep import catch_up
from shop.orders.models import Order
from shop.signals import order_placed
from tests.factories import OrderFactory, OrderLineFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    order = OrderFactory()
    for quantity in (1, 3):
        OrderLineFactory(order=order, quantity=quantity)
    return order


def test_missing_purchases_are_written_once(order):
    Order.objects.update(placed_at=timezone.now().replace(microsecond=0))
    order.refresh_from_db()
    assert record_missing_purchases(None) == 2
    assert record_missing_purchases(None) == 0

    rows = set(Interaction.objects.values_list("shopper_id", "kind", "product_id", "value", "occurred_at"))
    assert rows == {
        (order.user_id, "purchase", line.product_id, float(line.quantity), order.placed_at)
        for line in order.lines.all()
    }


def test_those_the_log_has_are_left_alone(order):
    line = order.lines.first()
    order_placed.send(
        sender=None,
        shopper_id=order.user_id,
        order_id=order.pk,
        lines=[(line.product_id, line.quantity)],
        occurred_at=timezone.now(),
    )

    assert record_missing_purchases(None) == 1
    assert Interaction.objects.count() == 2


def test_a_visitors_order_counts_as_theirs_and_nobodys_as_nothing():
    visitor = uuid.uuid4()
    OrderLineFactory(order=OrderFactory(user=None, visitor_id=visitor))
    OrderLineFactory(order=OrderFactory(user=None))

    assert record_missing_purchases(None) == 1
    assert Interaction.objects.get().shopper_id == visitor


def test_cancelled_and_older_orders_and_vanished_products_are_passed_over(order):
    OrderLineFactory(order=OrderFactory(status=Order.Status.CANCELLED))
    vanished = ProductFactory()
    OrderLineFactory(product=vanished)
    vanished.delete()

    assert record_missing_purchases(timezone.now() + timedelta(minutes=1)) == 0
    assert record_missing_purchases(None) == 2


def test_an_event_that_comes_meanwhile_is_not_doubled(order, monkeypatch):
    """It is stored between the look and the write."""
    line = order.lines.first()
    look = missing_purchases.Interaction.objects.filter

    def rival(**conditions):
        found = list(look(**conditions))
        Interaction.objects.create(
            id=Interaction.purchase_id(order.pk, line.product_id), shopper_id=order.user_id, kind="purchase"
        )
        return Interaction.objects.none() if not found else look(**conditions)

    monkeypatch.setattr(missing_purchases.Interaction.objects, "filter", rival)

    assert record_missing_purchases(None) == 1
    assert Interaction.objects.count() == 2


def test_many_lines_are_taken_in_chunks(monkeypatch):
    monkeypatch.setattr(missing_purchases, "LINES_PER_CHUNK", 2)
    order = OrderFactory()
    for product in ProductFactory.create_batch(5):
        OrderLineFactory(order=order, product=product)

    assert record_missing_purchases(None) == 5


def test_the_sweep_makes_the_profile_know(order):
    found = catch_up(request_retraining=lambda: None)

    assert (found.purchases, found.shoppers) == (2, 1)
    assert len(ShopperProfile.objects.get(pk=order.user_id).history["bought"]) == 2
