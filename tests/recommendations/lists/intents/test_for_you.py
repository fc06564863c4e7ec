"""For-you lists that the worker ranks when it writes a profile."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import ShopperProfile
from recommendations.behaviour.profiles import History
from recommendations.lists.intents.for_you import rank_ahead
from recommendations.lists.ranked_ahead import RANKED_AHEAD
from recommendations.serving import handle
from recommendations.shoppers.profiles import EMPTY_PROFILE, Profile
from recommendations.tasks import refresh_shopper
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import SHOPPER, act

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(category):
    return ProductFactory.create_batch(60, category=category)


def test_a_written_profile_holds_a_list(products):
    publish(products)
    act(Kind.VIEW, products[0])
    refresh_shopper(str(SHOPPER))

    kept = bytes(ShopperProfile.objects.get(pk=SHOPPER).ranked_ahead)
    assert (kept[16], kept[17]) == (RANKED_AHEAD, 1)
    assert kept[18:34] == products[0].pk.bytes  # what reasons speak of, and no candidate
    assert products[0].pk.bytes not in kept[34:]


def test_nothing_is_ranked_for_a_stranger(products):
    publish(products)

    assert rank_ahead(EMPTY_PROFILE, handle.current()) == b""


def test_nothing_is_ranked_without_a_model(products):
    act(Kind.VIEW, products[0])
    refresh_shopper(str(SHOPPER))

    assert bytes(ShopperProfile.objects.get(pk=SHOPPER).ranked_ahead) == b""


def test_nothing_is_ranked_where_nothing_known_leads_anywhere(products):
    publish(products)

    assert rank_ahead(Profile(History(bought=(uuid.uuid4(),))), handle.current()) == b""
