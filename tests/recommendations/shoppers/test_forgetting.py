"""What a shopper leaves behind is deleted table by table, and nothing of anybody else."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.counting.models import Impression
from recommendations.experiments.models import Exposure
from recommendations.shoppers.forgetting import forget_shopper
from shop.orders.models import Order
from tests.factories import OrderFactory, UserFactory
from tests.recommendations.shopping import OTHER, act

pytestmark = pytest.mark.django_db

VISITOR = uuid.UUID(int=3)
TABLES = (Interaction, ShopperProfile, Exposure, Impression)


@pytest.fixture
def account() -> uuid.UUID:
    """An account that was a visitor before: two events, three as the visitor, and a row of both in each table."""
    user = UserFactory()
    VisitorLink.objects.create(visitor_id=VISITOR, user_id=user.pk)
    for shopper, events in ((user.pk, 2), (VISITOR, 3), (OTHER, 1)):
        for _ in range(events):
            act(Kind.SEARCH, shopper=shopper, query="lamp")
        ShopperProfile.objects.create(shopper_id=shopper)
        seen = {"id": uuid.uuid4(), "experiment_id": uuid.UUID(int=7), "variant_id": uuid.UUID(int=8)}
        Exposure.objects.create(**seen, shopper_id=shopper)
        Impression.objects.create(**seen, shopper_id=shopper, intent="for_you", model_version="1", product_count=4)
        OrderFactory(user=None, visitor_id=shopper)
    return user.pk


def left_in(table) -> list[uuid.UUID]:
    return list(table.objects.values_list("shopper_id", flat=True))


def test_the_events_of_the_account_and_its_visitors_are_counted(account):
    assert forget_shopper(account) == 5
    assert forget_shopper(account) == 0


@pytest.mark.parametrize("table", TABLES)
def test_only_the_rows_of_others_are_left(table, account):
    assert set(left_in(table)) == {account, VISITOR, OTHER}

    forget_shopper(account)

    assert left_in(table) == [OTHER]


def test_the_links_of_the_account_go_and_those_of_others_stay(account):
    link = VisitorLink.objects.create(visitor_id=uuid.UUID(int=4), user_id=UserFactory().pk)

    forget_shopper(account)

    assert list(VisitorLink.objects.all()) == [link]


def test_orders_stay_without_the_visitor_who_placed_them(account):
    forget_shopper(account)

    assert Order.objects.count() == 3
    assert set(Order.objects.values_list("visitor_id", flat=True)) == {None, OTHER, account}
    assert not Order.objects.filter(visitor_id=VISITOR).exists()
