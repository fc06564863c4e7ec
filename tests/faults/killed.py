"""A process that kills itself with SIGKILL the moment a function is called for the n-th time.

`python -m tests.faults.killed FUNCTION CALL` trains a quick model, with a command behind it runs that of manage.py.
"""

import os
import signal
import sys
from importlib import import_module
from typing import Any

import django


def die_at(function: str, call: int) -> None:
    """Replace the function, whose dotted name is given, by one that kills this process when called so many times."""
    module, name = function.rsplit(".", 1)
    original, calls = getattr(import_module(module), name), 0

    def count_or_die(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **options)

    setattr(import_module(module), name, count_or_die)


def main(function: str, call: str, *command: str) -> None:
    django.setup()
    die_at(function, int(call))
    if command:
        import_module("django.core.management").call_command(*command)
    else:
        import_module("tests.recommendations.tower_model").install(import_module("pytest").MonkeyPatch())
        import_module("recommendations.learning.training").train()


if __name__ == "__main__":
    main(*sys.argv[1:])
