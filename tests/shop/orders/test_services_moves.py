"""Moves of orders between states."""

import pytest

from shop.orders import states
from shop.orders.models import Order
from shop.orders.services import move_order
from shop.orders.states import WrongOrderState
from tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def test_an_order_is_moved_and_others_stay():
    order, other = OrderFactory(), OrderFactory()

    move_order(order=order, to=Order.Status.SHIPPED)

    assert order.status == Order.Status.SHIPPED
    assert dict(Order.objects.values_list("pk", "status")) == {order.pk: "shipped", other.pk: "placed"}


def test_a_move_that_is_not_in_the_table_changes_nothing():
    order = OrderFactory(status=Order.Status.CANCELLED)

    with pytest.raises(WrongOrderState, match="that is cancelled cannot become shipped"):
        move_order(order=order, to=Order.Status.SHIPPED)

    assert (order.status, Order.objects.get().status) == ("cancelled", "cancelled")


def test_an_order_that_somebody_else_moved_meanwhile_stays_as_they_left_it():
    order = OrderFactory()
    Order.objects.update(status=Order.Status.CANCELLED)

    with pytest.raises(WrongOrderState, match="Somebody else"):
        move_order(order=order, to=Order.Status.SHIPPED)

    assert (order.status, Order.objects.get().status) == ("placed", "cancelled")


def test_consequences_run_in_order_and_undo_the_move_when_one_fails(monkeypatch):
    calls = []

    def fail(order):
        raise RuntimeError("no")

    order = OrderFactory()
    consequences = (lambda moved: calls.append(("first", moved.status)), fail)
    monkeypatch.setattr(states, "MOVES", (states.Move(Order.Status.PLACED, Order.Status.SHIPPED, consequences),))

    with pytest.raises(RuntimeError):
        move_order(order=order, to=Order.Status.SHIPPED)

    assert calls == [("first", "shipped")]
    assert Order.objects.get().status == "placed"
