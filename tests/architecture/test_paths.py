"""Files of this project that a request goes through: fewer hand-overs are easier to follow."""

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from django.test import Client

from accounts.models import User
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import ShopperProfile
from recommendations.serving import handle
from recommendations.tasks import refresh_shopper
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import act

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("accounts", "config", "ml", "recommendations", "shop")
LIST = "/api/v1/recommendations/"

pytestmark = pytest.mark.django_db


def files_entered(request: Callable[[], object]) -> list[str]:
    """Return the files of this project, without tests, in which a function was called meanwhile."""
    entered: set[str] = set()

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call":
            entered.add(frame.f_code.co_filename)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(before)
    own = [Path(name).relative_to(ROOT) for name in entered if name.startswith(f"{ROOT}/")]
    return sorted(str(path) for path in own if path.parts[0] in PACKAGES)


def files_of_second(client: Client, address: str) -> list[str]:
    """Return the files that a request of its kind goes through once what is loaded late and cached is there."""
    answers = [client.get(address)]
    files = files_entered(lambda: answers.append(client.get(address)))
    assert [answer.status_code for answer in answers] == [200, 200]
    return files


@pytest.fixture
def products(user: User, monkeypatch: pytest.MonkeyPatch) -> list[Product]:
    """Sixteen products of a published version, some of which the signed-in shopper looked at, bought and searched."""
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 600.0)
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


def test_a_list_ranked_now_goes_through_few_files(user_client: Client, products: list[Product]) -> None:
    ShopperProfile.objects.update(ranked_ahead=b"")

    files = files_of_second(user_client, f"{LIST}?limit=4")

    assert len(files) <= 40, files


def test_a_list_ranked_ahead_goes_through_few_files(user_client: Client, products: list[Product]) -> None:
    files = files_of_second(user_client, f"{LIST}?limit=4")

    assert "recommendations/lists/ranked_ahead.py" in files
    assert not any(name.startswith("ml/ranking/for_you") for name in files)
    assert len(files) <= 25, files


def test_a_product_page_goes_through_few_files(user_client: Client, products: list[Product]) -> None:
    files = files_of_second(user_client, products[0].get_absolute_url())

    assert len(files) <= 55, files
