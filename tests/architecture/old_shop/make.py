# mypy: ignore-errors
"""Make the old shop's files anew, with the code of commit 430822e, whose modules this script imports.

    git worktree add /tmp/old 430822e && cd /tmp/old && ln -s REPOSITORY/.venv .venv
    DATA_DIR=/tmp/old-data DJANGO_SETTINGS_MODULE=config.settings.dev PYTHONPATH=. \\
        .venv/bin/python REPOSITORY/tests/architecture/old_shop/make.py REPOSITORY/tests/architecture/old_shop
"""

import json
import lzma
import shutil
import sqlite3
import sys
import uuid
from datetime import timedelta
from pathlib import Path

import django
import time_machine

django.setup()

from django.conf import settings  # noqa: E402 models need the set-up
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.shoppers import Shopper  # noqa: E402
from ml.recommenders import registry  # noqa: E402
from ml.recommenders.dmf.config import DMFConfig  # noqa: E402
from ml.recommenders.hybrid.recommender import Hybrid, HybridConfig  # noqa: E402
from ml.recommenders.ials import IALSConfig  # noqa: E402
from recommendations.behaviour.models import Interaction, ShopperProfile  # noqa: E402
from recommendations.learning.fitting import DEFAULT_RECOMMENDER  # noqa: E402
from recommendations.learning.refresh import refresh_shoppers  # noqa: E402
from recommendations.learning.training import train  # noqa: E402
from shop.cart.services import add_to_cart  # noqa: E402
from shop.catalogue.models import Product  # noqa: E402
from shop.orders.services import Address, place_order  # noqa: E402

PRODUCTS, SHOPPERS, INTERACTIONS_KEPT = 24, 10, 100
ADDRESS = Address("Old Shopper", "1 Test Street", "Testing", "12345", "Testland", "old@kindred.example")


class SmallHybrid(Hybrid):
    """The recommender of the shop with few numbers."""

    def __init__(self, config: HybridConfig | None = None) -> None:
        small = HybridConfig(dmf=DMFConfig(width=8, members=1, most_epochs=20), ials=IALSConfig(factors=8))
        super().__init__(config or small)


def fill() -> None:
    """Load a demo and train on it."""
    call_command("migrate", verbosity=0)
    call_command("load_demo", products=PRODUCTS, shoppers=SHOPPERS, verbosity=0)
    find = registry.recommender_class
    registry.recommender_class = lambda name: SmallHybrid if name == DEFAULT_RECOMMENDER else find(name)
    train(is_measured=False)


def shop_around(users: list[User]) -> str:
    """Let two accounts do something; return the number of an order."""
    products = list(Product.objects.order_by("slug"))
    for place, user in enumerate(users):
        for product in products[3 * place : 3 * place + 3]:
            Interaction.objects.create(shopper_id=user.pk, kind="view", product_id=product.pk)
    shopper = Shopper(users[0].pk, users[0])
    for product in products[10:12]:
        add_to_cart(shopper=shopper, product_id=product.pk)
    return place_order(shopper=shopper, checkout_key=uuid.uuid4(), address=ADDRESS).number


def answers(users: list[User]) -> dict[str, object]:
    """Return what the shop answers at this moment: lists by shopper and query, and the orders of the first."""
    first = Product.objects.order_by("slug")[0]
    queries = ["intent=for_you&limit=12", "intent=trending&limit=12", f"item={first.pk}&limit=12"]
    lists: dict[str, object] = {}
    for user in [*users, None]:
        client = Client()
        if user:
            client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        lists[str(user.pk) if user else ""] = {
            query: [
                [item["product"]["id"], item["product"]["title"], round(item["score"], 6), item["reasons"][0]["code"]]
                for item in client.get(f"/api/v1/recommendations/?{query}").json()["items"]
            ]
            for query in (queries if user is None else queries[:1])
        }
    client = Client()
    client.force_login(users[0], "django.contrib.auth.backends.ModelBackend")
    return {"lists": lists, "orders": client.get("/api/v1/orders/").json()}


def shrink(keep: list[uuid.UUID]) -> None:
    """Take out most of what others did, so that the dump is small; profiles and the model stay."""
    others = Interaction.objects.exclude(shopper_id__in=keep).order_by("-occurred_at")
    Interaction.objects.filter(pk__in=list(others.values_list("pk", flat=True)[INTERACTIONS_KEPT:])).delete()


def main(folder: Path) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    fill()
    users = list(User.objects.filter(is_staff=False).order_by("email")[:2])
    number = shop_around(users)
    moment = timezone.now().replace(minute=30, second=0, microsecond=0) + timedelta(hours=2)
    with time_machine.travel(moment, tick=False):
        refresh_shoppers([str(user.pk) for user in users])
        found = answers(users)
    assert all(bytes(row.ranked_ahead) for row in ShopperProfile.objects.filter(pk__in=[user.pk for user in users]))
    shrink([user.pk for user in users])
    story = {"moment": moment.isoformat(), "order": number, "first_shopper": str(users[0].pk), **found}
    (folder / "answers.json").write_text(json.dumps(story, indent=1) + "\n")
    database = Path(settings.DATABASES["default"]["NAME"])
    with sqlite3.connect(database) as connection:
        connection.execute("VACUUM")
    (folder / "shop.sqlite3.xz").write_bytes(lzma.compress(database.read_bytes(), preset=9))
    shutil.make_archive(str(folder / "models"), "gztar", settings.MODEL_DIR)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
