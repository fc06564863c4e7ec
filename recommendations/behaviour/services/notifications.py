"""Notify the workers that something changed.

A notification is only a hint: the log is the truth, and the sweep finds whatever a lost one was about. A broker
that is away costs the shopper one short attempt every few seconds. When messages pile up, no more are added, so the
broker's memory stays bounded.
"""

import logging
import time
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from celery import Task, current_app
from django.db import models, router, transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ATTEMPTS = 10.0
# Some minutes of work for a worker; the waiting messages are counted at most so often.
MOST_WAITING = 10_000
SECONDS_BETWEEN_COUNTS = 1.0
# More than these are not done within a moment: the workers are behind, or none is there.
MOST_IN_TIME = 20


@dataclass
class QueueState:
    """How many messages waited in a queue when they were counted, and from when on (time.monotonic) they are again."""

    waiting: int = 0
    count_again_at: float = 0.0


@dataclass
class BrokerState:
    """Whether the last notification failed, and until when (time.monotonic) no other is tried; what waits, by queue."""

    is_away: bool = False
    quiet_until: float = 0.0
    queues: dict[str, QueueState] = field(default_factory=dict)


_broker = BrokerState()


def notify(task: Task | str, *arguments: Any, queue: str = "") -> bool:
    """Enqueue a task without retries and return whether it was enqueued. Never raise for a broker that is away.

    - `task`: the task or its name, so that rooms below `tasks.py` need not import it.
    - `queue`: a queue other than the one the task is routed to.

    While the broker is away, try at most every SECONDS_BETWEEN_ATTEMPTS and log it once. Send nothing while more than
    MOST_WAITING messages wait.
    """
    task = _registered(task)
    if _broker.is_away and time.monotonic() < _broker.quiet_until:
        return False
    try:
        if _is_flooded(task, queue):
            return False
        task.apply_async(args=arguments, retry=False, **({"queue": queue} if queue else {}))
    except (KombuError, OSError) as error:
        if not _broker.is_away:
            logger.error("The message broker is away (%s): recommendations catch up when it is back.", error)
        _broker.is_away, _broker.quiet_until = True, time.monotonic() + SECONDS_BETWEEN_ATTEMPTS
        return False
    if _broker.is_away:
        logger.warning("The message broker is back.")
        _broker.is_away = False
    return True


def notify_on_commit(task: Task | str, *arguments: Any, about: type[models.Model], queue: str = "") -> None:
    """Notify once the current transaction of the database that holds `about` is committed (at once on MongoDB)."""
    transaction.on_commit(partial(notify, task, *arguments, queue=queue), using=router.db_for_write(about))


def is_behind(task: Task | str) -> bool:
    """Return whether the last task of this kind had to wait, as counted by earlier notifications; asks no broker."""
    return _queue_state(_queue_of(_registered(task))).waiting >= MOST_IN_TIME


def _registered(task: Task | str) -> Task:
    return current_app.tasks[task] if isinstance(task, str) else task


def _is_flooded(task: Task, queue: str) -> bool:
    """Tell whether so many messages wait that another helps nobody; raises what a broker that is away raises."""
    queue = queue or _queue_of(task)
    state = _queue_state(queue)
    if time.monotonic() >= state.count_again_at:
        state.count_again_at = time.monotonic() + SECONDS_BETWEEN_COUNTS
        was_flooded, state.waiting = state.waiting >= MOST_WAITING, _waiting(task, queue)
        if state.waiting >= MOST_WAITING and not was_flooded:
            logger.error("More than %d messages wait in %s: the sweep does what is left out.", MOST_WAITING, queue)
    return state.waiting >= MOST_WAITING


def _queue_state(queue: str) -> QueueState:
    return _broker.queues.setdefault(queue, QueueState())


def _queue_of(task: Task) -> str:
    """Return the queue a task is routed to; none where tasks run in place."""
    if task.app.conf.task_always_eager:
        return ""
    return str(task.app.amqp.router.route({}, task.name)["queue"].name)


def _waiting(task: Task, queue: str) -> int:
    """Return how many messages wait in a queue of the task's broker."""
    if task.app.conf.task_always_eager:
        return 0
    with task.app.pool.acquire(block=True) as link:
        try:
            return int(link.default_channel.queue_declare(queue, passive=True).message_count)
        except link.channel_errors:
            return 0  # nothing was ever sent to it, or it was emptied
        except link.connection_errors as error:
            raise ConnectionError(str(error)) from error
