"""The context of every page, read only when a template uses it."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.shoppers import COOKIE_NAME, visitor_token
from shop.cart.services import add_to_cart
from shop.context_processors import storefront

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(rf):
    """A request for a page by somebody who is not signed in."""
    request = rf.get("/")
    request.user = AnonymousUser()
    return request


def test_nothing_is_read_unasked(page, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert storefront(page)["site_name"] == "Kindred"


def test_someone_without_a_cart_is_not_made_a_visitor(page, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert storefront(page)["cart_count"]() == 0
    assert not hasattr(page, "new_visitor")


def test_count_is_read_once(page, visitor, product, django_assert_num_queries):
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=3)
    page.COOKIES[COOKIE_NAME] = visitor_token(visitor.id)
    cart_count = storefront(page)["cart_count"]

    with django_assert_num_queries(1):
        assert [cart_count(), cart_count()] == [3, 3]


def test_count_of_a_visitor_made_in_this_request(page, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk)
    page.visitor_id = visitor.id

    assert storefront(page)["cart_count"]() == 1


def test_forged_token_counts_nothing(page, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk)
    page.COOKIES[COOKIE_NAME] = str(uuid.uuid4())

    assert storefront(page)["cart_count"]() == 0
