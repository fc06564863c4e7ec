"""A MongoDB-compatible server of our own for a test: a separate process, from a virtual environment of its own.

SecantusDB (GPL-2.0) is never installed with the shop and never imported: it is talked to over the wire like any server.
It is not MongoDB itself; MONGODB_TEST_URI names a real server to be used instead.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import PyMongoError

from tests.programs import free_port

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements-mongodb-test.txt"
# Below .venv: git ignores it, and `make clean` removes it.
ENVIRONMENTS = ROOT / ".venv"
SECONDS_TO_INSTALL, SECONDS_TO_START = 600, 120


@contextmanager
def mongodb_server() -> Iterator[str]:
    """Start a server, yield the address of a database on it, stop it; skip (or fail under REQUIRE_SERVICES=1) where
    that cannot be done. With MONGODB_TEST_URI nothing is started and that address is yielded."""
    if address := os.environ.get("MONGODB_TEST_URI"):
        yield address
        return
    python, port = _installed(), free_port()
    folder = Path(tempfile.mkdtemp(prefix="kindred-mongodb-"))
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [python, "-m", "secantus", "--host", "127.0.0.1", "--port", str(port), "--storage-path", folder / "data",
             "--log-level", "WARNING"],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_for(server, f"mongodb://127.0.0.1:{port}", folder / "log")
        yield f"mongodb://127.0.0.1:{port}/behaviour"
    finally:
        server.terminate()
        server.wait(timeout=120)
        shutil.rmtree(folder, ignore_errors=True)


def _installed() -> Path:
    """Return the Python of the server's environment, made once for each state of the lock file."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]
    environment = ENVIRONMENTS / f"mongodb-test-{digest}"
    python = environment / "bin" / "python"
    if python.exists():
        return python
    # Made beside and renamed when complete, so that neither a stop half-way nor a second run is met by half of it.
    beside = environment.with_name(f"{environment.name}.{os.getpid()}")
    make = [sys.executable, "-m", "venv", str(beside)]
    pip = [str(beside / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check", "--retries", "1"]
    try:
        for command in (make, [*pip, "install", "--require-hashes", "-r", str(LOCK)]):
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS_TO_INSTALL)
        beside.rename(environment)
    except subprocess.CalledProcessError as error:
        _without(f"it could not be installed: {error.stderr.strip()[-500:]}")
    except (OSError, subprocess.TimeoutExpired) as error:
        if not python.exists():
            _without(f"it could not be installed: {error}")
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return python


def _wait_for(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < deadline:
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(address, serverSelectionTimeoutMS=500)
        with client, suppress(PyMongoError):
            client.admin.command("ping")
            return
    _without(f"it did not start: {log.read_text()[-500:]}")


def _without(reason: str) -> None:
    message = f"No MongoDB-compatible server: {reason}. MONGODB_TEST_URI can name one that runs."
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(message)
    pytest.skip(message)
