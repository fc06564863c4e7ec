"""An import that is killed goes on where it was."""

import json
import signal
import sys

import pytest

from benchmarks.shops.live_shop import LiveShop
from recommendations.behaviour.models import Interaction
from tests.factories import ProductFactory

ROWS, ITEMS = 40_000, 50
# The file is stored in about 27 chunks. The process dies while it writes this one.
CHUNK = 18
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

    function = "recommendations.behaviour.services.imports.append_rows"
    killed = [sys.executable, "-m", "tests.faults.killed", function, str(CHUNK), *COMMAND, str(file)]
    running = shop.start("import", killed)

    assert running.process.wait(120) == -signal.SIGKILL, running.tail()
    stored = Interaction.objects.count()
    assert 0.6 * ROWS <= stored < 0.7 * ROWS
    whole = Interaction.objects.filter(product_id__isnull=False, value__isnull=False, source="ratings-csv")
    assert whole.count() == stored
    report = json.loads(shop.manage(*COMMAND, str(file), "--json"))
    assert (report["created"], report["already_there"], report["rejected"]) == (ROWS - stored, stored, 0)
    assert Interaction.objects.count() == ROWS
