"""`manage.py start` prints its own lines; the file that it names holds the rest."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest
from django.db import connection

from config.management.commands import start
from tests.factories import ProductFactory
from tests.faults.waiting import eventually
from tests.programs import free_port
from tests.recommendations.publishing import publish

ROOT = Path(__file__).resolve().parents[4]
# Only a failure takes so long: on a busy machine seven processes start slowly.
PATIENCE = 300.0


@pytest.fixture
def shop(tmp_path, settings, transactional_db):
    """The command over a database with a product and a model version, so that it loads and trains nothing."""
    if connection.vendor != "sqlite":
        pytest.skip("the processes share the test's SQLite file")
    settings.MODEL_DIR = tmp_path / "models"
    publish([ProductFactory()])
    environment = os.environ | {
        "DATA_DIR": str(tmp_path),
        "PORT": str(free_port()),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "BEHAVIOUR_DATABASE_URL": "",
        "REDIS_URL": "",
        "PYTHONUNBUFFERED": "",
    }
    with (tmp_path / "printed.txt").open("w") as printed:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "start"], cwd=ROOT, env=environment, stdout=printed, stderr=printed
        )
    yield process, tmp_path / "printed.txt", f"http://127.0.0.1:{environment['PORT']}/"
    if process.poll() is None:
        process.terminate()  # ends its children too, which killing would not
        process.wait(timeout=PATIENCE)


def test_field_s12_only_own_lines_are_printed_and_the_file_holds_the_others(shop, tmp_path):
    process, printed, address = shop
    log = tmp_path / "start.log"
    eventually(
        lambda: "Stop with Ctrl-C" in printed.read_text() or process.poll() is not None,
        seconds=PATIENCE,
        output=printed,
    )
    with pytest.raises(HTTPError, match="404"):
        urllib.request.urlopen(f"{address}nothing-here/")
    eventually(lambda: "Not Found: /nothing-here/" in log.read_text(), seconds=PATIENCE, output=log)
    process.send_signal(signal.SIGINT)

    assert process.wait(timeout=PATIENCE) == 0
    lines = [line.strip() for line in printed.read_text().splitlines() if line.strip()]
    assert re.fullmatch(r"Version \S+ serves already\.", lines.pop(4))
    assert lines == [
        "[1/4] Preparing the database",
        "[2/4] Loading the demo catalogue and shoppers",
        "There are products already: no demo was loaded.",
        "[3/4] Training the first model",
        "[4/4] Starting the processes",
        f"Kindred is open at {address}",
        "Shopper  shopper@kindred.example / kindred-demo",
        f"Admin    admin@kindred.example / kindred-demo   {address}admin/",
        f"API      {address}api/docs/",
        f"Log      {log}",
        "Stop with Ctrl-C.",
        "Kindred has stopped.",
    ]
    logged = log.read_text()
    assert re.search(r"faiss\.loader: .*faiss", logged)  # the training's process
    assert re.search(r" start\.web: .* WARNING django\.request: Not Found: /nothing-here/", logged)
    assert all(f"{name} started (pid=" in logged for name in ("web", "worker", "trainer", "beat"))


def test_the_worker_for_events_takes_products_in_bulk_when_none_waits():
    workers = [words for words in start.Command()._processes("127.0.0.1", 8000, 2).values() if "worker" in words]

    assert [words[words.index("-Q") + 1] for words in workers] == ["realtime,catalogue", "training"]
    assert [words[words.index("--hostname") + 1] for words in workers] == ["realtime@%h", "training@%h"]
