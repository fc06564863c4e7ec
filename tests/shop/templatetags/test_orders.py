"""The newest orders of an account."""

import pytest

from shop.templatetags.orders import recent_orders
from tests.factories import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db


def test_newest_first_and_only_own(user, django_assert_num_queries):
    own = [OrderFactory.create(user=user) for _ in range(3)]
    for order in own:
        OrderLineFactory.create(order=order)
    OrderFactory.create()

    with django_assert_num_queries(2):
        shown = [(order.pk, len(order.lines.all())) for order in recent_orders(user, 2)]

    assert shown == [(own[2].pk, 1), (own[1].pk, 1)]
