"""Wait for what another process is about to do."""

import time
from collections.abc import Callable

SECONDS = 30.0


def eventually(is_so: Callable[[], bool], *, seconds: float = SECONDS) -> None:
    """Return once it is so; fail when it is not within so many seconds."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"still not so after {seconds:.0f} s"
        time.sleep(0.02)
