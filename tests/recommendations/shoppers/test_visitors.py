"""A visitor's past goes to one account, once."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.behaviour.profiles import History
from recommendations.shoppers.profiles import profile_of
from recommendations.shoppers.visitors import link_visitor
from recommendations.tasks import refresh_shopper

pytestmark = pytest.mark.django_db

VISITOR, USER, OTHER = (uuid.UUID(int=number) for number in (1, 2, 3))


def view(shopper, product) -> None:
    Interaction.objects.create(shopper_id=shopper, kind=Kind.VIEW, product_id=product)


def recent(shopper) -> set[uuid.UUID]:
    history = History.from_json(ShopperProfile.objects.get(pk=shopper).history)
    return {product.product_id for product in history.recent}


def test_the_accounts_profile_rests_on_both_pasts(committed):
    own, as_visitor = uuid.uuid4(), uuid.uuid4()
    view(USER, own)
    view(VISITOR, as_visitor)
    refresh_shopper(str(USER))
    assert recent(USER) == {own}

    with committed():
        assert link_visitor(visitor_id=VISITOR, user_id=USER) is True

    assert recent(USER) == {own, as_visitor}
    assert list(VisitorLink.objects.values_list("visitor_id", "user_id")) == [(VISITOR, USER)]


def test_a_visitor_is_never_linked_again(committed):
    link_visitor(visitor_id=VISITOR, user_id=USER)

    with committed() as callbacks:
        assert link_visitor(visitor_id=VISITOR, user_id=OTHER) is False
        assert link_visitor(visitor_id=VISITOR, user_id=USER) is False

    assert callbacks == []
    assert list(VisitorLink.objects.values_list("visitor_id", "user_id")) == [(VISITOR, USER)]
    assert not ShopperProfile.objects.filter(pk=OTHER).exists()


def test_an_account_is_not_its_own_visitor():
    assert link_visitor(visitor_id=USER, user_id=USER) is False
    assert not VisitorLink.objects.exists()


@pytest.mark.parametrize("has_profile", [True, False])
def test_the_next_request_knows_both_pasts_before_any_worker_did_something(has_profile):
    own, as_visitor = uuid.uuid4(), uuid.uuid4()
    view(USER, own)
    view(VISITOR, as_visitor)
    if has_profile:
        refresh_shopper(str(USER))

    link_visitor(visitor_id=VISITOR, user_id=USER)

    assert {product.product_id for product in profile_of(USER, None).history.recent} == {own, as_visitor}


def test_events_of_several_visitors_come_together(committed):
    products = [uuid.uuid4() for _ in range(3)]
    for visitor, product in zip((VISITOR, OTHER, USER), products, strict=True):
        view(visitor, product)
    with committed():
        link_visitor(visitor_id=VISITOR, user_id=USER)
        link_visitor(visitor_id=OTHER, user_id=USER)

    assert recent(USER) == set(products)


def test_what_the_visitor_still_does_reaches_the_account():
    link_visitor(visitor_id=VISITOR, user_id=USER)
    product = uuid.uuid4()
    view(VISITOR, product)

    refresh_shopper(str(VISITOR))

    assert recent(USER) == {product}
