"""Orders are shown to whoever placed them, and to nobody else."""

import uuid

import pytest

from shop.orders.models import Order
from tests.factories import OrderFactory, OrderLineFactory, ProductFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest_order(visitor):
    return OrderFactory.create(user=None, visitor_id=visitor.id, full_name="Guest Shopper")


def test_account_sees_its_order(user_client, user):
    order = OrderFactory.create(user=user, currency="EUR")
    OrderLineFactory.create(order=order, title="Brass lamp", quantity=2)

    page = user_client.get(order.get_absolute_url()).content.decode()

    assert "Brass lamp" in page
    assert "2 × €20.00" in page
    assert "Thank you" not in page


def test_guest_sees_the_order_in_the_same_browser(visitor_client, guest_order):
    page = visitor_client.get(guest_order.get_absolute_url(), {"thanks": "1"}).content.decode()

    assert "Thank you, Guest Shopper." in page


@pytest.mark.parametrize("who", ["client", "user_client", "staff_client"])
def test_others_do_not(request, guest_order, who):
    browser = request.getfixturevalue(who)
    foreign = OrderFactory.create()

    for address in (guest_order.get_absolute_url(), foreign.get_absolute_url(), f"/orders/{uuid.uuid4()}/"):
        response = browser.get(address)
        assert response.status_code == 404
        assert "Guest Shopper" not in response.content.decode()


def test_visitor_does_not_see_an_accounts_order(visitor_client, visitor, user):
    order = OrderFactory.create(user=user, visitor_id=visitor.id)

    assert visitor_client.get(order.get_absolute_url()).status_code == 404


def test_stranger_is_offered_to_sign_in(client):
    order = OrderFactory.create()

    page = client.get(order.get_absolute_url()).content.decode()

    assert f'href="/account/login/?next=%2Forders%2F{order.pk}%2F"' in page


def test_line_of_a_product_that_is_gone(user_client, user):
    order = OrderFactory.create(user=user)
    gone = ProductFactory.create()
    OrderLineFactory.create(order=order, title="Gone for good", product=gone)
    gone.delete()
    hidden = ProductFactory.create(is_published=False)
    OrderLineFactory.create(order=order, title="Hidden now", product=hidden)

    page = user_client.get(order.get_absolute_url()).content.decode()

    assert "Gone for good" in page
    assert "Hidden now" in page
    assert hidden.get_absolute_url() not in page


def test_list_holds_own_orders_newest_first(user_client, user):
    own = [OrderFactory.create(user=user) for _ in range(12)]
    OrderFactory.create()

    first = user_client.get("/orders/").context["page"]
    second = user_client.get("/orders/", {"page": "2"}).context["page"]

    assert [*first, *second] == own[::-1]
    assert len(first) == 10


def test_no_orders_yet(user_client):
    assert "No orders yet" in user_client.get("/orders/").content.decode()


def test_pages_are_not_kept_by_caches(user_client, user):
    order = OrderFactory.create(user=user)

    for address in ("/orders/", order.get_absolute_url()):
        assert "no-store" in user_client.get(address)["Cache-Control"]


def test_orders_cannot_be_changed_here(user_client, user):
    order = OrderFactory.create(user=user)

    assert user_client.post(order.get_absolute_url(), {"status": "cancelled"}).status_code == 405
    assert Order.objects.get().status == Order.Status.PLACED


@pytest.mark.parametrize("size", [1, 10])
def test_constant_number_of_queries(user_client, user, reads_of, size):
    for order in OrderFactory.create_batch(size, user=user):
        OrderLineFactory.create_batch(2, order=order)

    assert reads_of(user_client, "/orders/") == 6
