"""Fixtures shared by the whole suite. Rows come from tests/factories.py; each test asks for the database itself."""

import os
import uuid
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.dispatch import Signal
from django.test import Client
from rest_framework.test import APIClient
from threadpoolctl import threadpool_limits

from accounts.models import User
from accounts.shoppers import Shopper
from recommendations.serving import handle
from shop import signals
from shop.catalogue.models import Category, Product
from shop.orders.services import Address
from tests.factories import CategoryFactory, ProductFactory, StaffFactory, UserFactory
from tests.kinds import pytest_addoption, pytest_collection_modifyitems, pytest_configure  # noqa: F401 hooks of pytest

# Two test processes share two cores. The threads of BLAS in each would wait for one another: that took three times the
# processor time. The variables are for libraries that are loaded later, for xdist's workers and for started programs.
for _variable in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
    os.environ.setdefault(_variable, "1")
threadpool_limits(1)


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _own_models(tmp_path, monkeypatch):
    """What one test publishes serves no other."""
    monkeypatch.setattr(settings, "MODEL_DIR", tmp_path / "models")
    monkeypatch.setattr(handle, "_handle", handle.ServingHandle())


@pytest.fixture
def shop_events(monkeypatch) -> list[dict[str, Any]]:
    """Every event the shop sent, oldest first, its name under "event"; nobody else hears them during the test."""
    events: list[dict[str, Any]] = []

    def listener(name: str):
        def listen(*, signal: object, sender: object, **event: Any) -> None:
            events.append({"event": name} | event)

        return listen

    for name, signal in vars(signals).items():
        if isinstance(signal, Signal):
            monkeypatch.setattr(signal, "receivers", [])
            signal.connect(listener(name), weak=False)
    return events


@pytest.fixture
def user(db) -> User:
    """An account."""
    return UserFactory()


@pytest.fixture
def staff(db) -> User:
    """An account that may do everything in the admin."""
    return StaffFactory()


@pytest.fixture
def shopper(user) -> Shopper:
    """The account's shopper."""
    return Shopper(user.pk, user)


@pytest.fixture
def visitor() -> Shopper:
    """Somebody who is not signed in."""
    return Shopper(uuid.uuid4())


@pytest.fixture
def category(db) -> Category:
    return CategoryFactory()


@pytest.fixture
def product(category) -> Product:
    """A published product at 20.00 with ten in stock."""
    return ProductFactory(category=category)


@pytest.fixture
def address() -> Address:
    return Address("Test Shopper", "1 Test Street", "Testing", "12345", "Testland", "shopper@example.com")


@pytest.fixture
def user_client(client: Client, user) -> Client:
    """A browser in which `user` is signed in."""
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def staff_client(client: Client, staff) -> Client:
    """A browser in which `staff` is signed in."""
    client.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def api() -> APIClient:
    """An API client without an account."""
    return APIClient()


@pytest.fixture
def user_api(api: APIClient, user) -> APIClient:
    """An API client in which `user` is signed in."""
    api.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return api
