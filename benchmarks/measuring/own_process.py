"""Functions in a process of their own, so that memory is their own and Ctrl-C ends them at once."""

from __future__ import annotations

import resource
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.measuring.progress_bar import RunsBar

Progress = Callable[[float, str], None]


class ProcessError(RuntimeError):
    """The function raised an error, or its process died; the text says which."""


@dataclass(frozen=True)
class _Answer:
    result: Any
    error: str | None


def call_in_own_process(function: Callable[..., Any], *arguments: Any, on_progress: Progress) -> Any:
    """Return function(*arguments, progress=...) from a fresh interpreter; raise ProcessError.

    The function must be found by name in a module. Its progress is passed on to on_progress. An interrupt here ends
    the process and is raised again.
    """
    context = get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(sending, function, arguments), daemon=True)
    process.start()
    sending.close()
    try:
        while not isinstance(message := receiving.recv(), _Answer):
            on_progress(*message)
    except EOFError:
        process.join()
        code = process.exitcode or 0
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"status {code}"
        raise ProcessError(f"its process ended with {how}; is there enough memory?") from None
    finally:
        process.terminate()
        process.join()
        receiving.close()
    if message.error is not None:
        raise ProcessError(message.error)
    return message.result


def measure_run(
    bar: RunsBar, name: str, function: Callable[..., Any], *arguments: Any, describe: Callable[[Any], str]
) -> Any:
    """Call a function in its own process as the next run of a bar; show its failure and raise ProcessError.

    `describe` turns the result into the line that ends the run.
    """
    bar.begin(name)
    try:
        result = call_in_own_process(function, *arguments, on_progress=bar.report)
    except ProcessError as error:
        bar.end(f"failed: {error}")
        raise
    bar.end(describe(result))
    return result


def peak_rss_mib(pid: int | str = "self") -> float:
    """Return the peak resident memory of a process of this user, by default this one, in MiB.

    Linux counts the parent's memory into ru_maxrss, so /proc is read where it exists. Elsewhere only this process is
    known.
    """
    status = Path(f"/proc/{pid}/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024
    unit = 1 if sys.platform == "darwin" else 1024  # bytes there, KiB elsewhere
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def _answer(sending: Connection[Any, Any], function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too and decides

    def progress(fraction: float, text: str) -> None:
        sending.send((fraction, text))

    try:
        answer = _Answer(function(*arguments, progress=progress), None)
    except Exception as error:
        answer = _Answer(None, f"{type(error).__name__}: {error}")
    sending.send(answer)
    sending.close()
