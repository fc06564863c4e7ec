"""An import that is killed goes on where it was."""

import json
import sys

import pytest

from benchmarks.shops.live_shop import LiveShop
from recommendations.behaviour.models import Interaction
from tests.factories import ProductFactory
from tests.faults.waiting import eventually

ROWS, ITEMS = 100_000, 50
COMMAND = ["import_interactions", "--format", "ratings-csv"]


@pytest.fixture
def shop(tmp_path, connection_of_the_test):
    with LiveShop(tmp_path, {"DATABASE_URL": connection_of_the_test, "BEHAVIOUR_DATABASE_URL": ""}) as shop:
        yield shop


@pytest.mark.django_db(transaction=True)
def test_fault_24_an_import_killed_at_60_percent_is_taken_up_again(shop, tmp_path):
    for number in range(ITEMS):
        ProductFactory(external_id=f"item{number}")
    file = tmp_path / "ratings.csv"
    lines = (f"user{n // ITEMS},item{n % ITEMS},{n % 5 + 1},{1_700_000_000 + n}" for n in range(ROWS))
    file.write_text("\n".join(lines) + "\n")

    running = shop.start("import", [sys.executable, "manage.py", *COMMAND, str(file)])
    eventually(lambda: Interaction.objects.count() >= 0.6 * ROWS or not running.is_running, seconds=120)
    assert running.is_running, running.tail()
    running.kill()

    stored = Interaction.objects.count()
    assert 0.6 * ROWS <= stored < ROWS
    whole = Interaction.objects.filter(product_id__isnull=False, value__isnull=False, source="ratings-csv")
    assert whole.count() == stored
    report = json.loads(shop.manage(*COMMAND, str(file), "--json"))
    assert (report["created"], report["already_there"], report["rejected"]) == (ROWS - stored, stored, 0)
    assert Interaction.objects.count() == ROWS
