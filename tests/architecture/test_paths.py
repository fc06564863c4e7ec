"""Files of this project that a request goes through: fewer hand-overs are easier to follow.

A file counts when one of its functions is called while Django's test client makes the request, work on commit included.
Each request is the second of its kind, so what is loaded late and cached is there.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from celery import Task
from django.test import Client

from accounts.models import User
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import ShopperProfile
from recommendations.serving import handle
from recommendations.tasks import refresh_shopper
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory, ReviewFactory
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import act

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "config", "ml", "recommendations", "shop")
LIST = "/api/v1/recommendations/?limit=4"

pytestmark = pytest.mark.django_db(databases="__all__")


def files_entered(call: Callable[[], object]) -> list[str]:
    """Return the files of this project, tests apart, in which a function was called meanwhile."""
    entered: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            entered.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        call()
    finally:
        sys.setprofile(before)
    own = [Path(name).relative_to(ROOT) for name in entered if name.startswith(f"{ROOT}/")]
    return sorted(str(path) for path in own if path.parts[0] in PACKAGES)


@pytest.fixture
def files_of(user_client: Client, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the files that the second request for an address goes through, in the browser of `user`."""

    def get(address: str) -> None:
        with django_capture_on_commit_callbacks(execute=True):
            assert user_client.get(address).status_code == 200

    def files(address: str) -> list[str]:
        # Tasks are the worker's, and what is looked for twice a second is looked for by another request.
        monkeypatch.setattr(Task, "apply_async", lambda *_, **__: None)
        monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 600.0)
        get(address)
        return files_entered(lambda: get(address))

    return files


@pytest.fixture
def products(user: User) -> list[Product]:
    """Sixteen products of a published version, some of which `user` looked at, bought, put into the cart and sought."""
    categories = [CategoryFactory(), CategoryFactory()]
    products = [
        ProductFactory(category=categories[n % 2], rating_sum=n, rating_count=n and 1 + n // 5) for n in range(16)
    ]
    publish(products)
    for kind, product in ((Kind.VIEW, 2), (Kind.PURCHASE, 4), (Kind.ADD_TO_CART, 1)):
        act(kind, products[product], shopper=user.pk)
    act(Kind.SEARCH, query=products[7].title, shopper=user.pk)
    refresh_shopper(str(user.pk))
    return products


def test_a_list_ranked_now_goes_through_few_files(files_of: Callable[[str], list[str]], products: object) -> None:
    ShopperProfile.objects.update(ranked_ahead=b"")

    files = files_of(LIST)

    assert "ml/ranking/for_you.py" in files
    assert len(files) <= 40, files


def test_a_list_ranked_ahead_goes_through_few_files(files_of: Callable[[str], list[str]], products: object) -> None:
    files = files_of(LIST)

    assert "recommendations/lists/ranked_ahead.py" in files
    assert "ml/ranking/for_you.py" not in files
    assert len(files) <= 25, files


def test_a_product_page_goes_through_few_files(
    files_of: Callable[[str], list[str]], products: list[Product], user: User
) -> None:
    ReviewFactory(product=products[0], author=user)

    files = files_of(products[0].get_absolute_url())

    assert "recommendations/receivers.py" in files
    assert len(files) <= 55, files
