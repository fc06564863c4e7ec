"""Profiles as requests read them."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import VisitorLink
from recommendations.shoppers.profiles import EMPTY_PROFILE, has_events, profile_of
from recommendations.tasks import refresh_shopper
from tests.recommendations.publishing import served_now
from tests.recommendations.shopping import OTHER, SHOPPER, act

pytestmark = pytest.mark.django_db


def test_nobody_is_nobody(queries):
    with queries(0):
        assert profile_of(None, None) is EMPTY_PROFILE
    assert EMPTY_PROFILE.unwanted == set()


@pytest.mark.parametrize("is_prepared", [True, False])
def test_the_same_is_known_from_the_profile_and_from_the_log(is_prepared, products, published, queries):
    act(Kind.VIEW, products[2])
    act(Kind.PURCHASE, products[3], value=1)
    act(Kind.NOT_INTERESTED, products[4], value=1)
    act(Kind.SEARCH, query="brass lamp")
    if is_prepared:
        refresh_shopper(str(SHOPPER))
    served = served_now()

    with queries(1 if is_prepared else 2):
        shopper = profile_of(SHOPPER, served)

    assert shopper.unwanted == {products[3].pk, products[4].pk}
    assert {product.product_id for product in shopper.history.recent} == {products[2].pk, products[3].pk}
    assert [search.query for search in shopper.history.searches] == ["brass lamp"]
    assert shopper.vector is not None
    assert shopper.vector.shape == (2,)


def test_without_a_model_there_is_no_vector(products):
    act(Kind.VIEW, products[2])
    refresh_shopper(str(SHOPPER))

    shopper = profile_of(SHOPPER, None)

    assert shopper.vector is None
    assert [product.product_id for product in shopper.history.recent] == [products[2].pk]


def test_has_events_counts_what_the_visitor_did(products):
    act(Kind.VIEW, products[0], shopper=OTHER)
    assert not has_events(SHOPPER)
    VisitorLink.objects.create(visitor_id=OTHER, user_id=SHOPPER)

    assert has_events(SHOPPER)
    assert not has_events(uuid.uuid4())
