"""A whole shop for a measurement: own folder, database, broker, web server and workers; everything started is stopped.

What a benchmark (or a test against real processes) starts runs in process groups of its own, so that ending one ends
its children too. Output of each process lies in the folder under `log/`.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_START = 120.0
SECONDS_TO_END = 30.0
ENGINES = ("embedded", "redis")
# A training asked for in the middle of a measurement would be another one.
NEVER = "1000000000"


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
        """Return once it is ready; raises ShopError when it ends or takes too long."""
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
        """Let it finish what it does and end; after SECONDS_TO_END it is killed."""
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


@dataclass
class LiveShop:
    """The shop's processes over one data folder. `settings`: environment variables besides DATA_DIR."""

    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict)
    programs: list[Program] = field(default_factory=list)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for program in reversed(self.programs):
            program.stop()

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "DATA_DIR": str(self.folder / "data"),
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "RETRAIN_AFTER_INTERACTIONS": NEVER,
            "OMP_NUM_THREADS": "1",
            **self.settings,
        }

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it printed; raises ShopError."""
        done = subprocess.run(  # noqa: S603 our own command, no shell
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ShopError(f"manage.py {arguments[0]} failed: {done.stderr.strip()[-2000:]}")
        return done.stdout

    def start(self, name: str, command: list[str]) -> Program:
        """Start a program; its output goes to log/NAME.txt."""
        output = self.folder / "log" / f"{name}.txt"
        output.parent.mkdir(parents=True, exist_ok=True)
        with output.open("ab") as file:
            process = subprocess.Popen(  # noqa: S603 our own command, no shell
                command, cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                start_new_session=True,
            )  # fmt: skip
        program = Program(name, process, output)
        self.programs.append(program)
        return program

    def start_web(
        self, *, workers: int = 2, port: int | None = None, answers: str = "/api/v1/categories/"
    ) -> tuple[Program, str]:
        """Start the web server; return it and its address once it answers there."""
        port = port or free_port()
        address = f"http://127.0.0.1:{port}"
        command = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)]
        command += ["--log-level", "warning", "--no-control-socket"]
        program = self.start("web", [sys.executable, "-m", *command])
        program.wait_for(lambda: len(program.children()) == workers and _answers(address + answers))
        return program, address

    def start_worker(self, *queues: str, concurrency: int = 2, include: str = "") -> Program:
        """Start a worker for some queues; return it once it takes tasks. `include`: a module with more tasks."""
        name = "-".join(queues)
        command = ["celery", "-A", "config", "worker", "-Q", ",".join(queues), "--concurrency", str(concurrency)]
        command += ["--hostname", f"{name}@%h", "--without-mingle", "--without-gossip", "--loglevel", "INFO"]
        command += ["--include", include] if include else []
        program = self.start(f"worker-{name}", [sys.executable, "-m", *command])
        said = program.output.read_text(encoding="utf-8").count(" ready.")
        program.wait_for(lambda: program.output.read_text(encoding="utf-8").count(" ready.") > said)
        return program

    def start_beat(self) -> Program:
        """Start beat: the sweep of every minute."""
        return self.start("beat", [sys.executable, "-m", "celery", "-A", "config", "beat", "--pidfile", ""])


@dataclass
class RedisServer:
    """redis-server on a port of its own that keeps nothing on disk: what it holds is gone when it ends."""

    folder: Path
    port: int = field(default_factory=free_port)
    program: Program | None = None

    @property
    def address(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it; raises ShopError where there is no redis-server."""
        found = shutil.which("redis-server")
        if found is None:
            raise ShopError("redis-server is not installed: apt install redis-server")
        self.folder.mkdir(parents=True, exist_ok=True)
        output = self.folder / "redis.txt"
        command = [found, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        with output.open("ab") as file:
            process = subprocess.Popen(  # noqa: S603 a program of the system, no shell
                command, stdin=subprocess.DEVNULL, stdout=file, stderr=file, start_new_session=True
            )
        self.program = Program("redis-server", process, output)
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


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310 our own server
            return True
    except OSError:
        return False
