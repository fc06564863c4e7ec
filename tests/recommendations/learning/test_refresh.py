"""Profiles written by the worker."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from django.utils import timezone

from recommendations.behaviour import profiles
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction, ShopperProfile, VisitorLink
from recommendations.learning import refresh
from recommendations.learning.refresh import refresh_shoppers
from recommendations.serving import handle
from recommendations.tasks import refresh_shopper
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish

pytestmark = pytest.mark.django_db

SHOPPER = uuid.UUID(int=5)


@pytest.fixture
def products(category):
    return ProductFactory.create_batch(4, category=category)


def view(product_id, shopper=SHOPPER) -> None:
    Interaction.objects.create(shopper_id=shopper, kind=Kind.VIEW, product_id=product_id)


def test_a_profile_holds_vector_history_and_count(products):
    version = publish(products)
    view(products[2].pk)
    refresh_shopper(str(SHOPPER))

    profile = ShopperProfile.objects.get(pk=SHOPPER)
    assert profile.model_version == version
    assert profile.event_count == 1
    assert np.frombuffer(profile.vector, "<f4").tolist() == [0, 0, 1, 0]
    assert [row[:2] for row in profile.history["recent"]] == [[products[2].pk.hex, "view"]]


def test_without_a_model_the_history_is_kept_all_the_same():
    view(uuid.UUID(int=1))
    refresh_shopper(str(SHOPPER))

    profile = ShopperProfile.objects.get(pk=SHOPPER)
    assert (profile.model_version, bytes(profile.vector)) == (profiles.NO_MODEL, b"")
    assert len(profile.history["recent"]) == 1


def test_running_twice_changes_nothing_but_the_time(products):
    publish(products)
    view(products[0].pk)
    refresh_shopper(str(SHOPPER))
    columns = ("model_version", "vector", "history", "event_count")
    before = ShopperProfile.objects.values_list(*columns).get()
    refresh_shopper(str(SHOPPER))

    assert ShopperProfile.objects.values_list(*columns).get() == before


def test_a_late_run_that_read_less_does_not_overwrite(monkeypatch, products):
    """Two runs overlap: the first reads one event, the second two and writes, then the first writes."""
    publish(products)
    view(products[0].pk)
    read, is_first = refresh.profiles.read_history, [True]

    def read_then_be_overtaken(shopper_id, visitors):
        found = read(shopper_id, visitors)
        if is_first.pop() if is_first else False:
            view(products[1].pk)
            refresh_shoppers([str(SHOPPER)])
        return found

    monkeypatch.setattr(refresh.profiles, "read_history", read_then_be_overtaken)
    refresh_shoppers([str(SHOPPER)])

    assert ShopperProfile.objects.get(pk=SHOPPER).event_count == 2


def test_a_visitors_account_is_refreshed_too(products):
    account = uuid.UUID(int=6)
    VisitorLink.objects.create(visitor_id=SHOPPER, user_id=account)
    view(products[0].pk)

    assert refresh_shoppers([str(SHOPPER)]) == 2

    assert ShopperProfile.objects.get(pk=account).event_count == 1


def test_old_events_still_make_a_vector(products):
    publish(products)
    Interaction.objects.create(
        shopper_id=SHOPPER,
        kind=Kind.VIEW,
        product_id=products[3].pk,
        occurred_at=timezone.now() - timedelta(days=20 * 365),
    )
    refresh_shopper(str(SHOPPER))

    assert np.frombuffer(ShopperProfile.objects.get().vector, "<f4").tolist() == [0, 0, 0, 1]


def test_a_text_that_is_no_id_is_an_error():
    with pytest.raises(ValueError, match="badly formed"):
        refresh_shopper("nobody")
    assert not ShopperProfile.objects.exists()


def test_serving_is_asked_once_for_many(monkeypatch):
    calls = []
    monkeypatch.setattr(refresh.handle, "current", lambda: calls.append(1))
    refresh_shoppers([str(uuid.UUID(int=number)) for number in range(3)])

    assert calls == [1]
    assert handle.current() is None
