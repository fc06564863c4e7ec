"""Programs that tests start for real: found, or skipped with the way to install them (a failure in CI)."""

import fcntl
import os
import random
import shutil
import socket
import tempfile
from pathlib import Path
from typing import IO

import pytest


def leave_out_of_a_fast_run() -> None:
    """Skip the test when pytest was called with --fast (tests/kinds.py)."""
    if os.environ.get("FAST_TESTS") == "1":
        pytest.skip("starts a server: left out of a fast run")


def require_program(name: str, *, package: str, folders: tuple[str, ...] = ()) -> str:
    """Return the program's path; skip when it is missing, or fail under REQUIRE_SERVICES=1."""
    leave_out_of_a_fast_run()
    found = shutil.which(name)
    for folder in folders:
        found = found or next((str(path) for path in sorted(Path("/").glob(folder.lstrip("/") + "/" + name))), None)
    if found:
        return found
    message = f"{name} is not installed: apt install {package}"
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(message)
    pytest.skip(message)


# Below the ports that the system gives to outgoing connections.
_PORTS = range(20_000, 32_000)
_reserved: list[IO[str]] = []


def free_port() -> int:
    """Return a reserved port for a server of its own; skip the test in a fast run."""
    leave_out_of_a_fast_run()
    return reserved_port()


def reserved_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on, and reserve it until this process ends.

    The reservation is a locked file, so test processes that run side by side never get the same port.
    """
    folder = Path(tempfile.gettempdir()) / "kindred-test-ports"
    folder.mkdir(exist_ok=True)
    for port in random.SystemRandom().sample(_PORTS, len(_PORTS)):
        reservation = (folder / str(port)).open("w")
        try:
            fcntl.flock(reservation, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            reservation.close()
        else:
            _reserved.append(reservation)
            return port
    raise RuntimeError(f"No port from {_PORTS.start} to {_PORTS.stop} is free.")
