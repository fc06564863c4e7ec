"""Wait for what another process is about to do."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

# Far more than it takes: what is waited for either happens or never does.
SECONDS = 120.0
SHOWN = 4_000


def eventually(is_so: Callable[[], bool], *, seconds: float = SECONDS, output: Path | None = None) -> None:
    """Return once it is so; fail when it is not within so many seconds, with the end of what a program said."""
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() >= deadline:
            said = output.read_text(errors="replace")[-SHOWN:] if output else ""
            pytest.fail(f"still not so after {seconds:.0f} s\n{said}")
        time.sleep(0.02)
