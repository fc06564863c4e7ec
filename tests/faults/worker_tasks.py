"""Tasks that behave badly, and a hold on the shop's own; a worker of these tests gets them with --include."""

import os
import signal
import time
from pathlib import Path
from typing import Any

from celery import shared_task
from celery.signals import task_prerun

from tests.faults.holding import Hold


@task_prerun.connect
def _hold_up(**_: Any) -> None:
    Hold(Path(os.environ["DATA_DIR"])).patch()


@shared_task
def die(tries: str) -> None:
    """Add a line to a file and kill the process this runs in, as the system does when memory runs out."""
    with Path(tries).open("a") as file:
        file.write("tried\n")
    os.kill(os.getpid(), signal.SIGKILL)


@shared_task
def note(file: str, word: str) -> None:
    """Add a word to a file."""
    with Path(file).open("a") as opened:
        opened.write(f"{word}\n")


@shared_task
def occupy(folder: str) -> None:
    """Write into a folder that it began, and end once a file there allows it."""
    (Path(folder) / "began").touch()
    while not (Path(folder) / "may end").exists():
        time.sleep(0.02)
    (Path(folder) / "ended").touch()
