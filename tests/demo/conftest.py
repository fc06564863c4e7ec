"""The whole catalogue, and a demo small enough to be written in a test."""

import uuid
from datetime import UTC, datetime
from functools import cache

import pytest

from demo import loading
from demo.behaviour import Market
from demo.catalogue import DemoProduct, compose_catalogue
from demo.pictures import illustrate
from demo.plan import Demo, plan_demo

DRAWN_ONCE = cache(illustrate)
NOW = datetime(2026, 7, 15, 13, 37, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _draw_each_picture_once(monkeypatch):
    """The same few products are loaded by many tests."""
    monkeypatch.setattr(loading, "illustrate", DRAWN_ONCE)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def catalogue() -> list[DemoProduct]:
    """The demo's 300 products."""
    return compose_catalogue()


@pytest.fixture(scope="session")
def market(catalogue) -> Market:
    return Market(catalogue, NOW)


@pytest.fixture(scope="session")
def small_demo() -> Demo:
    """Nine products, eight shoppers, all accounts."""
    return plan_demo(products=9, shoppers=8, now=NOW, known_accounts={})


@pytest.fixture
def shopper() -> uuid.UUID:
    return uuid.UUID(int=7)
