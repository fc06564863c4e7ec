"""Tasks that behave badly; a worker of these tests takes them in with --include."""

import os
import signal
import time
from pathlib import Path

from celery import shared_task


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
    """Say in a folder that it began, and take as long as nobody says there that it may end."""
    (Path(folder) / "began").touch()
    while not (Path(folder) / "may end").exists():
        time.sleep(0.02)
    (Path(folder) / "ended").touch()
