"""Every test looks for what is new each time, has a broker state of its own, and does not wait for the disk."""

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.services import notifications
from recommendations.serving import handle
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations import tower_model
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import act


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test here that uses the database use both, for runs in which behaviour has one of its own."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None and item.path.is_relative_to(Path(__file__).parent):
            both = pytest.mark.django_db(*mark.args, **{**mark.kwargs, "databases": "__all__"})
            item.add_marker(both, append=False)


@pytest.fixture(autouse=True)
def _own_state(monkeypatch):
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr(notifications, "_broker", notifications.BrokerState())
    # A version is more than twenty files; tests/ml/test_artifact.py is about their way to the disk.
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.fixture
def queries():
    """`with queries(3):` fails unless that many queries are made, whichever database they go to."""

    @contextmanager
    def counted(expected: int) -> Iterator[None]:
        with ExitStack() as stack:
            logs = [stack.enter_context(CaptureQueriesContext(connection)) for connection in connections.all()]
            yield
        made = [query["sql"] for log in logs for query in log.captured_queries]
        assert len(made) == expected, "\n".join(made)

    return counted


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed() as callbacks:` runs what was asked for on commit when the block ends, tasks included.

    The shop's database commits first: what listens to it writes to the log, whose commit comes after.
    """

    @contextmanager
    def run() -> Iterator[list]:
        everything: list = []
        with ExitStack() as stack:
            parts = [
                stack.enter_context(django_capture_on_commit_callbacks(using=alias, execute=True))
                for alias in reversed(list(connections))
            ]
            yield everything
        everything += [callback for part in parts for callback in part]

    return run


@pytest.fixture
def products():
    """Eight products of two categories: 0, 2, 4, 6 point one way, 1, 3, 5, 7 the other."""
    categories = [CategoryFactory(name="Lamps"), CategoryFactory(name="Tools")]
    return [
        ProductFactory(category=categories[number % 2], rating_sum=number, rating_count=number and 1 + number // 5)
        for number in range(8)
    ]


@pytest.fixture
def published(products):
    return publish(products, [[1, 0.1 * n] if n % 2 == 0 else [0.1 * n, 1] for n in range(8)])


@pytest.fixture
def quick_model(monkeypatch):
    """A stand-in for DMF that fits in a millisecond."""
    tower_model.install(monkeypatch)


@pytest.fixture
def checkerboard(db, quick_model) -> list[Product]:
    """Two tastes: ten shoppers view products 0-3, ten view 4-7, each leaving one out. Returns the products."""
    moment = timezone.now() - timedelta(hours=1)
    products = ProductFactory.create_batch(8, category=CategoryFactory())
    for number in range(20):
        taste = products[:4] if number % 2 == 0 else products[4:]
        for place, product in enumerate(taste):
            if place != number // 2 % 4:
                act(Kind.VIEW, product, shopper=uuid.UUID(int=number + 1), occurred_at=moment)
    return products
