"""Fixtures of the shop's tests."""

import pytest

from shop import personal_order
from tests.shop.tastes import Taste


@pytest.fixture
def taste(monkeypatch) -> Taste:
    """What is plugged in in place of recommendations."""
    plugged = Taste()
    monkeypatch.setattr(personal_order, "_plug", personal_order._Plug(plugged))
    return plugged
