"""Dead letters: messages that failed for good leave the queue for a file that people read.

Each becomes a line of JSON in DATA_DIR/dead_letters.jsonl: `at`, `task` (empty when the message names none), `id`,
`arguments` or the message's body, and `error`. No data is lost with them: the log is the truth, and the sweep does what
a task did not do.
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
# A larger file becomes the one older file that is kept.
MOST_BYTES = 5_000_000


class RetryingTask(Task):
    """Task that Celery retries when it fails or its process dies; after the last retry it is a dead letter."""

    autoretry_for = (Exception,)
    max_retries = 2
    default_retry_delay = 1
    retry_backoff = 1
    retry_on_worker_lost = True


class PoisonConsumer(Consumer):
    """Worker's consumer for which a message that is not JSON is a dead letter too; Celery sends no signal for it."""

    def on_decode_error(self, message: Any, exc: Exception) -> None:
        write_dead_letter("", "", message.body, exc)
        super().on_decode_error(message, exc)


def write_dead_letter(task: str, task_id: str, arguments: Any, error: BaseException | None) -> None:
    """Add a line to the file; a failing disk is logged only, because the queue must move on."""
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


@signals.task_failure.connect(dispatch_uid="config.broker.dead_letters")
def _failed(*, sender: Any, task_id: str, exception: BaseException, args: Any, kwargs: Any, **_: Any) -> None:
    write_dead_letter(sender.name, task_id, [*(args or ()), *([kwargs] if kwargs else ())], exception)


@signals.task_unknown.connect(dispatch_uid="config.broker.dead_letters")
def _unknown(*, message: Any, exc: BaseException, name: str, id: str, **_: Any) -> None:
    write_dead_letter(name, id, message.body, exc)


@signals.task_rejected.connect(dispatch_uid="config.broker.dead_letters")
def _rejected(*, message: Any, exc: BaseException | None, **_: Any) -> None:
    write_dead_letter("", "", message.body, exc)
