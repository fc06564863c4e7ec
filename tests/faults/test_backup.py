"""A shop restored from its backup recommends what the one before did."""

import shutil
import sqlite3

import pytest

from benchmarks.shops.client import ShopClient, Visitor
from benchmarks.shops.live_shop import LiveShop
from tests.factories import CategoryFactory, ProductFactory
from tests.programs import free_port
from tests.recommendations.publishing import publish


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_fault_23_a_restored_shop_recommends_the_same(web, live_shop, visitor, models_of_the_live_shop, tmp_path):
    """The steps of docs/operations.md, while the first shop runs."""
    products = [ProductFactory(category=CategoryFactory()) for _ in range(12)]
    version = publish(products)
    visitor.report([{"kind": "view", "product": str(product.pk)} for product in products[:2]])
    before = visitor.recommended(limit=10)
    assert len(before) == 10

    restored = tmp_path / "restored"
    (restored / "data").mkdir(parents=True)
    name = live_shop.settings["DATABASE_URL"].removeprefix("sqlite:///")
    with sqlite3.connect(name) as source, sqlite3.connect(restored / "data" / "shop.sqlite3") as target:
        source.backup(target)
    source.close()
    target.close()
    shutil.copytree(models_of_the_live_shop, restored / "data" / "models")
    shutil.copy(live_shop.folder / "data" / "secret_key", restored / "data")
    with LiveShop(restored, {"DATABASE_URL": "", "BEHAVIOUR_DATABASE_URL": "", "REDIS_URL": ""}) as second:
        client = ShopClient(second.start_web(workers=1, port=free_port())[1])
        same = Visitor(client, 1, token=visitor.token)

        after = same.recommended(limit=10)
        status, answer, _ = client.get("/api/v1/recommendations/", {}, source=same.source, token=same.token)
        client.close()

    assert after == before
    assert (status, answer["model_version"]) == (200, version)
