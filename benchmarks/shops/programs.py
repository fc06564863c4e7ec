"""Running programs with their children: start, wait until ready, end; among them a Redis server.

Each program is a process group of its own, so that ending it ends its children too.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
SECONDS_TO_START = 120.0
SECONDS_TO_END = 30.0


class ShopError(RuntimeError):
    """A process of the shop did not start or ended by itself; the text holds the end of its output."""


def free_port() -> int:
    """Return a TCP port of the loopback interface that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Program:
    """One running process with its children, and the file its output goes to."""

    name: str
    process: subprocess.Popen[bytes]
    output: Path

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def wait_for(self, is_ready: Callable[[], bool]) -> None:
        """Return once it is ready; raise ShopError when it ends or takes too long."""
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            if not self.is_running:
                raise ShopError(f"{self.name} ended by itself:\n{self.tail()}")
            if is_ready():
                return
            time.sleep(0.05)
        raise ShopError(f"{self.name} was not ready within {SECONDS_TO_START:.0f} s:\n{self.tail()}")

    def tail(self) -> str:
        """Return the end of its output."""
        return self.output.read_text(encoding="utf-8", errors="replace")[-2000:]

    def stop(self) -> None:
        """Let it finish its work and end; kill it after SECONDS_TO_END."""
        if self.is_running:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(SECONDS_TO_END)
        self.kill()

    def kill(self) -> None:
        """End it and its children at once, as a power cut would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(SECONDS_TO_END)

    def children(self) -> list[int]:
        """Return the process ids of its children, such as the workers of a web server."""
        listing = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in listing.read_text(encoding="ascii").split()]


def start_program(
    name: str, command: Sequence[str], output: Path, *, environment: Mapping[str, str] | None = None
) -> Program:
    """Start a program in a process group of its own, in the project's folder; append its output to a file."""
    output.parent.mkdir(parents=True, exist_ok=True)
    with output.open("ab") as file:
        process = subprocess.Popen(  # noqa: S603 commands of benchmarks and tests, no shell
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
            start_new_session=True,
        )  # fmt: skip
    return Program(name, process, output)


@dataclass
class RedisServer:
    """redis-server on a port of its own. It writes nothing to disk, so its data is gone when it ends."""

    folder: Path
    port: int = field(default_factory=free_port)
    program: Program | None = None

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it; raise ShopError where redis-server is not installed."""
        executable = shutil.which("redis-server")
        if executable is None:
            raise ShopError("redis-server is not installed: apt install redis-server")
        output = self.folder / "redis.txt"
        command = [executable, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self.program = start_program("redis-server", command, output)
        self.program.wait_for(self._listens)

    def stop(self) -> None:
        """End it at once."""
        if self.program is not None:
            self.program.kill()

    def restart(self) -> None:
        """End it at once and start it empty on the same port."""
        self.stop()
        self.start()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0
