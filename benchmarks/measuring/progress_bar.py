"""Progress of a benchmark of several runs, on stderr: current run, its share, and the time left for all runs."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

SPEED_OVER_SECONDS = 3600.0


class RunsBar:
    """A bar on a terminal. Elsewhere a line when a run begins, and one with the time left when it ends."""

    def __init__(self, n_runs: int, console: Console | None = None) -> None:
        self._n_runs, self._done, self._started = n_runs, 0, time.monotonic()
        self._console = console or Console(stderr=True)
        columns = (
            *(BarColumn(), TextColumn("{task.fields[done]}/{task.fields[n_runs]}"), TimeElapsedColumn()),
            *(TextColumn("left"), TimeRemainingColumn(), TextColumn("{task.description}", markup=False)),
        )
        self._progress = Progress(
            *columns,
            console=self._console,
            transient=True,
            speed_estimate_period=SPEED_OVER_SECONDS,
            disable=not self._console.is_terminal,
        )
        self._task = self._progress.add_task("", total=float(n_runs), done=0, n_runs=n_runs)
        self._name = ""

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, name: str) -> None:
        """Show the name of the run that begins."""
        self._name = name
        self._progress.update(self._task, description=name)
        self._line(f"{self._done + 1} of {self._n_runs}: {name}")

    def report(self, fraction: float, text: str) -> None:
        """Show the share of the run that is done, 0 to 1."""
        done = self._done + min(max(fraction, 0.0), 1.0)
        self._progress.update(self._task, completed=done, description=f"{self._name}: {text}")

    def end(self, text: str) -> None:
        """Show the result of the run."""
        self._done += 1
        self._progress.update(self._task, completed=float(self._done), done=self._done)
        seconds = time.monotonic() - self._started
        left = seconds / self._done * (self._n_runs - self._done)
        self._line(f"  {text}; {_spoken(seconds)} so far, about {_spoken(left)} left")

    def skip(self, n_runs: int) -> None:
        """Leave out runs that are not needed."""
        self._n_runs -= n_runs
        self._progress.update(self._task, total=float(self._n_runs), n_runs=self._n_runs)

    def _line(self, text: str) -> None:
        if not self._console.is_terminal:
            print(text, file=sys.stderr, flush=True)


def _spoken(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
