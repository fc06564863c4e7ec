"""A whole shop for the journeys: `manage.py start` in an empty folder, with web server, workers and beat."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.programs import free_port, require_program

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_OPEN = 600


@pytest.fixture(scope="module")
def shop_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Open a shop on a free port; at the end it must stop cleanly on the signal that Ctrl-C sends."""
    folder = tmp_path_factory.mktemp("journey")
    port = free_port()
    environment = os.environ | {
        "DATA_DIR": str(folder / "data"),
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "config.settings.dev",
    }
    with (folder / "output.txt").open("w+") as output:
        shop = subprocess.Popen(
            [sys.executable, "manage.py", "start"], cwd=ROOT, env=environment, stdout=output, stderr=output
        )
        try:
            wait_until_open(f"http://127.0.0.1:{port}/", shop, Path(output.name))
            yield f"http://127.0.0.1:{port}"
        finally:
            shop.send_signal(signal.SIGINT)
            code = shop.wait(timeout=120)
        text = Path(output.name).read_text() + (folder / "data" / "start.log").read_text()
    assert code == 0, text
    assert "Kindred has stopped." in text
    assert "Traceback" not in text, text


def wait_until_open(address: str, shop: subprocess.Popen[bytes], output: Path) -> None:
    """Return once the shop answers; fail with its output when it ends or takes too long."""
    deadline = time.monotonic() + SECONDS_TO_OPEN
    while time.monotonic() < deadline:
        with suppress(subprocess.TimeoutExpired):
            shop.wait(timeout=0.5)
            pytest.fail(f"The shop ended by itself:\n{output.read_text()}")
        with suppress(OSError), urllib.request.urlopen(address, timeout=60):
            return
    pytest.fail(f"The shop did not open within {SECONDS_TO_OPEN} s:\n{output.read_text()}")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, kept from calling home."""
    program = require_program("chromium", package="chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()
