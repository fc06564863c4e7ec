"""Messages no worker can do anything with, put aside so that the queue moves on.

Each becomes a line of JSON in DATA_DIR/dead_letters.jsonl: `at`, `task` (empty when the message names none), `id`,
`arguments` or the message's body, and `error`. Nothing is lost with them: the log is the truth, and the sweep makes up
for what a task did not do. They are there to be read by people.
"""

import json
import logging
from pathlib import Path
from typing import Any

from celery import Task, signals
from celery.worker.consumer import Consumer
from django.conf import settings
from django.utils import timezone

logger = logging.getLogger(__name__)

FILE_NAME = "dead_letters.jsonl"
LONGEST_TEXT = 2_000
# One file of this size is kept besides the current one.
MOST_BYTES = 5_000_000


class PatientTask(Task):
    """A task that is tried again when it fails or its process dies; after the last try it is put aside."""

    autoretry_for = (Exception,)
    max_retries = 2
    default_retry_delay = 1
    retry_backoff = 1
    retry_on_worker_lost = True


class PoisonConsumer(Consumer):
    """A worker's consumer that also puts aside what is no JSON; Celery itself sends no signal for that."""

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        put_aside("", "", message.body, exc)
        super().on_decode_error(message, exc)


def put_aside(task: str, task_id: str, arguments: Any, error: BaseException | None) -> None:
    """Add a line to the file; a disk that refuses is logged, because the queue must move on."""
    letter = {
        "at": timezone.now().isoformat(timespec="seconds"),
        "task": task,
        "id": task_id,
        "arguments": repr(arguments)[:LONGEST_TEXT],
        "error": f"{type(error).__name__}: {error}"[:LONGEST_TEXT] if error else "not a task message",
    }
    file = Path(settings.DATA_DIR) / FILE_NAME
    logger.error("A message was put aside in %s: %s %s", file.name, task or "no task", letter["error"])
    try:
        if file.exists() and file.stat().st_size > MOST_BYTES:
            file.replace(file.with_suffix(".1.jsonl"))
        with file.open("a", encoding="utf-8") as letters:
            letters.write(json.dumps(letter) + "\n")
    except OSError as problem:
        logger.error("%s could not be written (%s): %s", file.name, problem, letter)


@signals.task_failure.connect(dispatch_uid="config.dead_letters")
def _failed(*, sender: Any, task_id: str, exception: BaseException, args: Any, kwargs: Any, **_: Any) -> None:
    put_aside(sender.name, task_id, [*(args or ()), *([kwargs] if kwargs else ())], exception)


@signals.task_unknown.connect(dispatch_uid="config.dead_letters")
def _unknown(*, message: Any, exc: BaseException, name: str, id: str, **_: Any) -> None:
    put_aside(name, id, message.body, exc)


@signals.task_rejected.connect(dispatch_uid="config.dead_letters")
def _rejected(*, message: Any, exc: BaseException | None, **_: Any) -> None:
    put_aside("", "", message.body, exc)
