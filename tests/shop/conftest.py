"""Fixtures of the shop's tests."""

import pytest

from shop.catalogue.lists import preference_order
from tests.shop.tastes import Taste

SERVICES = ("test_rating_totals", "test_services", "test_services_moves", "test_wishlist")


@pytest.fixture
def taste(monkeypatch) -> Taste:
    """What is plugged in in place of recommendations."""
    plugged = Taste()
    monkeypatch.setattr(preference_order, "_plug", preference_order._Plug(plugged))
    return plugged


@pytest.fixture(autouse=True)
def _no_listeners(request):
    """Let tests of services collect the shop's events (`shop_events`) instead of passing them to recommendations."""
    if request.path.parent.name in ("imports", "services") or request.path.stem in SERVICES:
        request.getfixturevalue("shop_events")
