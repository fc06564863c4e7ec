"""The profile page."""

import pytest

from shop.cart.services import add_to_cart
from tests.factories import OrderFactory, OrderLineFactory

pytestmark = pytest.mark.django_db
PROFILE = "/account/"


def test_shows_the_account_and_its_last_orders(user_client, user):
    own = [OrderFactory.create(user=user) for _ in range(4)]
    OrderLineFactory.create(order=own[-1])
    foreign = OrderFactory.create()

    page = user_client.get(PROFILE).content.decode()

    assert user.email in page
    assert [order.number for order in own if order.number in page] == [order.number for order in own[1:]]
    assert foreign.number not in page


def test_changes_the_name(user_client, user):
    response = user_client.post(PROFILE, {"name": "New Name", "email": "other@example.com", "is_staff": "1"})

    assert (response.status_code, response["Location"]) == (302, PROFILE)
    before = user.email
    user.refresh_from_db()
    assert (user.name, user.email, user.is_staff) == ("New Name", before, False)


def test_refuses_a_name_that_is_too_long(user_client, user):
    response = user_client.post(PROFILE, {"name": "x" * 151})

    assert response.status_code == 422
    assert "at most 150 characters" in response.content.decode()
    user.refresh_from_db()
    assert user.name.startswith("Test Shopper")


def test_is_not_kept_by_caches(user_client):
    assert "no-store" in user_client.get(PROFILE)["Cache-Control"]


def test_needs_a_constant_number_of_queries(user_client, user, shopper, product, django_assert_max_num_queries):
    add_to_cart(shopper=shopper, product_id=product.pk)
    for _ in range(3):
        order = OrderFactory.create(user=user)
        OrderLineFactory.create_batch(3, order=order)
    user_client.get(PROFILE)

    with django_assert_max_num_queries(10):
        user_client.get(PROFILE)
