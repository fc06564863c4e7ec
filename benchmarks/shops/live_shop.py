"""A whole shop for a measurement: own folder, database, broker, web server and workers, all stopped at the end.

The output of each process is in the folder under `log/`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.shops.programs import ROOT, Program, ShopError, free_port, start_program

ENGINES = ("embedded", "redis")
# No training starts by itself in the middle of a measurement.
NEVER = "1000000000"


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
        """Run a command of manage.py and return its output; raise ShopError when it fails."""
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
        program = start_program(name, command, output, environment=self.environment)
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
        """Start a worker for some queues; return it once it takes tasks.

        - `include`: a module with more tasks.
        """
        name = "-".join(queues)
        command = ["celery", "-A", "config", "worker", "-Q", ",".join(queues), "--concurrency", str(concurrency)]
        command += ["--hostname", f"{name}@%h", "--without-mingle", "--without-gossip", "--loglevel", "INFO"]
        command += ["--include", include] if include else []
        program = self.start(f"worker-{name}", [sys.executable, "-m", *command])
        ready_before = program.output.read_text(encoding="utf-8").count(" ready.")
        program.wait_for(lambda: program.output.read_text(encoding="utf-8").count(" ready.") > ready_before)
        return program

    def start_beat(self) -> Program:
        """Start beat: the sweep of every minute."""
        return self.start("beat", [sys.executable, "-m", "celery", "-A", "config", "beat", "--pidfile", ""])


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=10):  # noqa: S310 our own server
            return True
    except OSError:
        return False
