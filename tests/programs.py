"""Programs that tests start for real: found, or skipped with the way to install them (a failure in CI)."""

import os
import shutil
import socket
from pathlib import Path

import pytest


def require_program(name: str, *, package: str, folders: tuple[str, ...] = ()) -> str:
    """Return the program's path; skip when it is missing, or fail under REQUIRE_SERVICES=1."""
    found = shutil.which(name)
    for folder in folders:
        found = found or next((str(path) for path in sorted(Path("/").glob(folder.lstrip("/") + "/" + name))), None)
    if found:
        return found
    message = f"{name} is not installed: apt install {package}"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(message)
    pytest.skip(message)


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
