"""A database and a model folder of commit 430822e are opened, migrated and served by the code as it is.

old_shop/make.py made them with the code of that commit, and wrote down what that code answered.
"""

import json
import lzma
import os
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from tests.architecture.sources import ROOT

FOLDER = Path(__file__).parent / "old_shop"
OLD = json.loads((FOLDER / "answers.json").read_text())
# Migrates and asks; then exchanges the first two places of the list that was ranked ahead, and asks once more.
ASKING = """
import json, sys
import django
django.setup()
import time_machine
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from accounts.models import User
from recommendations.behaviour.models import ShopperProfile

settings.ALLOWED_HOSTS = ["testserver"]
old = json.load(open(sys.argv[1]))
call_command("migrate", verbosity=0)

def client_of(shopper):
    client = Client()
    if shopper:
        client.force_login(User.objects.get(pk=shopper), "django.contrib.auth.backends.ModelBackend")
    return client

def listed(client, query):
    items = client.get(f"/api/v1/recommendations/?{query}").json()["items"]
    return [
        [item["product"]["id"], item["product"]["title"], round(item["score"], 6), item["reasons"][0]["code"]]
        for item in items
    ]

with time_machine.travel(old["moment"], tick=False):
    lists = {
        shopper: {query: listed(client_of(shopper), query) for query in queries}
        for shopper, queries in old["lists"].items()
    }
    first = client_of(old["first_shopper"])
    orders = first.get("/api/v1/orders/").json()
    [order] = [order["id"] for order in orders["results"] if order["number"] == old["order"]]
    page = first.get(f"/orders/{order}/")
    profile = ShopperProfile.objects.get(pk=old["first_shopper"])
    ahead = bytes(profile.ranked_ahead)
    start, row = 18 + 16 * ahead[17], 31
    one, other = ahead[start : start + row], ahead[start + row : start + 2 * row]
    profile.ranked_ahead = ahead[:start] + other + one + ahead[start + 2 * row :]
    profile.save()
    exchanged = listed(first, "intent=for_you&limit=12")
print(json.dumps({
    "lists": lists, "orders": orders, "exchanged": exchanged, "page": [page.status_code, page.content.decode()],
}))
"""


@pytest.fixture(scope="module")
def answers(tmp_path_factory) -> dict[str, Any]:
    """What the present code answers on the old shop's data."""
    data = tmp_path_factory.mktemp("old-shop")
    (data / "shop.sqlite3").write_bytes(lzma.decompress((FOLDER / "shop.sqlite3.xz").read_bytes()))
    with tarfile.open(FOLDER / "models.tar.gz") as archive:
        archive.extractall(data / "models", filter="data")
    environment = {"DATA_DIR": str(data), "DJANGO_SETTINGS_MODULE": "config.settings.dev", "DATABASE_URL": ""}
    asked = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASKING, str(FOLDER / "answers.json")],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


@pytest.mark.parametrize("shopper", OLD["lists"])
def test_the_lists_are_those_of_the_old_code(answers, shopper):
    assert answers["lists"][shopper] == OLD["lists"][shopper]
    assert all(len(items) >= 3 for items in OLD["lists"][shopper].values())


def test_an_order_reads_as_before(answers):
    assert answers["orders"] == OLD["orders"]
    status, page = answers["page"]
    assert status == 200
    [order] = [order for order in OLD["orders"]["results"] if order["number"] == OLD["order"]]
    assert all(text in page for text in (order["number"], *(line["title"] for line in order["lines"])))


def test_a_list_ranked_ahead_by_the_old_code_is_read(answers):
    """What was exchanged in the stored row is exchanged in the answer, so nothing was ranked anew."""
    first, second, *others = OLD["lists"][OLD["first_shopper"]]["intent=for_you&limit=12"]

    assert [item[0] for item in answers["exchanged"]] == [item[0] for item in (second, first, *others)]
