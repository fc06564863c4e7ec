"""Orders of their owners."""

import uuid

from accounts.shoppers import Shopper
from shop.orders.selectors import order_of, orders_of
from tests.factories import OrderFactory, OrderLineFactory, UserFactory


def test_orders_of_an_account_newest_first_in_two_queries(user, django_assert_num_queries):
    orders = [OrderFactory(user=user) for _ in range(3)]
    for order in orders:
        OrderLineFactory.create_batch(2, order=order)
    OrderLineFactory()

    with django_assert_num_queries(2):
        found = list(orders_of(user))
        assert all(line.product and line.product.category.name for order in found for line in order.lines.all())

    assert found == orders[::-1]


def test_only_the_owner_finds_an_order(user, shopper, visitor):
    own, guest = OrderFactory(user=user), OrderFactory(user=None, visitor_id=visitor.id)
    other = UserFactory()

    assert order_of(shopper, own.pk) == own
    assert order_of(visitor, guest.pk) == guest
    for stranger in (Shopper(other.pk, other), Shopper(uuid.uuid4())):
        assert order_of(stranger, own.pk) is None
        assert order_of(stranger, guest.pk) is None
    assert order_of(shopper, guest.pk) is None
    assert order_of(visitor, own.pk) is None


def test_an_accounts_id_as_a_visitors_finds_nothing(user):
    """Without the account itself the same id is only a visitor's."""
    order = OrderFactory(user=user)

    assert order_of(Shopper(user.pk), order.pk) is None
