"""Hold up the tasks of a live shop at a step of theirs, so that a test decides what happens meanwhile."""

import os
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

_held_functions: set[str] = set()


class Hold:
    """Make the tasks of a live shop stop before a function.

    - `folder`: the live shop's data folder. Its file `hold` names the function, and `held` the processes that stopped.
    """

    def __init__(self, folder: Path) -> None:
        self._function, self._processes = folder / "hold", folder / "held"

    def begin(self, function: str) -> None:
        """Stop every task that calls the function from now on."""
        self._processes.unlink(missing_ok=True)
        self._function.write_text(function)

    def processes(self) -> list[int]:
        """Return the ids of the processes that stopped there."""
        return [int(line) for line in self._processes.read_text().split()] if self._processes.exists() else []

    def end(self) -> None:
        """Let them go on."""
        self._function.unlink(missing_ok=True)

    def patch(self) -> None:
        """Patch the function that is to be held up in this process."""
        if not self._function.exists() or (function := self._function.read_text()) in _held_functions:
            return
        _held_functions.add(function)
        module, name = function.rsplit(".", 1)
        original: Callable[..., Any] = getattr(import_module(module), name)

        def wait_and_call(*arguments: Any, **options: Any) -> Any:
            if self._holds(function):
                with self._processes.open("a") as file:
                    file.write(f"{os.getpid()}\n")
            while self._holds(function):
                time.sleep(0.02)
            return original(*arguments, **options)

        setattr(import_module(module), name, wait_and_call)

    def _holds(self, function: str) -> bool:
        try:
            return self._function.read_text() == function
        except FileNotFoundError:
            return False
