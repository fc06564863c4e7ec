"""Notifications that tell the workers of changes.

A notification is only a hint: the log is the truth, and the sweep catches up with lost ones. A broker that is away
costs the shopper one short attempt every few seconds. When messages pile up, no more are sent, so that the broker's
memory stays bounded.
"""

import logging
import time
import uuid
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from celery import Task, current_app
from django.db import models, router, transaction
from kombu.exceptions import KombuError

from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.behaviour.models import ShopperProfile, VisitorLink

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ATTEMPTS = 10.0
# Some minutes of work for a worker.
MOST_WAITING = 10_000
SECONDS_BETWEEN_COUNTS = 1.0
# With more waiting messages the workers are behind, or none runs.
MOST_IN_TIME = 20
REFRESH_SHOPPER = "recommendations.tasks.refresh_shopper"


@dataclass
class QueueState:
    """The number of messages in a queue when last counted, and when (time.monotonic) to count them again."""

    waiting: int = 0
    count_again_at: float = 0.0


@dataclass
class BrokerState:
    """Whether the last notification failed, until when (time.monotonic) to try no other, and the queues' states."""

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
    """Tell whether tasks of this kind have to wait, as counted by earlier notifications; do not ask the broker."""
    return _queue_state(_queue_of(_registered(task))).waiting >= MOST_IN_TIME


def refresh_on_commit(shopper_id: uuid.UUID, *, about: type[models.Model], at_once: bool = False) -> None:
    """Have a shopper's profile rewritten once the current transaction of the database that holds `about` is committed.

    A worker rewrites it within a moment. When none will, because the broker is away, too many messages wait or no
    worker runs, the profile is marked as outdated: requests then read the log, until the sweep rewrites the profile.

    `at_once`: mark it in any case, because the next request must see the change even if it comes before a worker.
    """
    transaction.on_commit(partial(_refresh, shopper_id, at_once), using=router.db_for_write(about))


def outdate(shopper_id: uuid.UUID) -> None:
    """Mark the profiles of a shopper, and of the account a visitor signed in to, as outdated: the next request then
    reads the log. Two queries."""
    owner = VisitorLink.objects.owner_of(shopper_id)
    shoppers = [shopper_id] if owner is None else [shopper_id, owner]
    ShopperProfile.objects.filter(shopper_id__in=shoppers).update(model_version="")


def _refresh(shopper_id: uuid.UUID, at_once: bool) -> None:
    # Before the notification: a quick worker's fresh profile must not be marked.
    is_marked = (at_once or is_behind(REFRESH_SHOPPER)) and _try_to_outdate(shopper_id)
    if not notify(REFRESH_SHOPPER, str(shopper_id)) and not is_marked:
        _try_to_outdate(shopper_id)


def _try_to_outdate(shopper_id: uuid.UUID) -> bool:
    """Call `outdate` and return whether it succeeded; recording an event never fails for it."""
    try:
        outdate(shopper_id)
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The profile of %s is outdated until the next sweep: %s", shopper_id, error)
        return False
    return True


def _registered(task: Task | str) -> Task:
    return current_app.tasks[task] if isinstance(task, str) else task


def _is_flooded(task: Task, queue: str) -> bool:
    """Tell whether too many messages wait to send another; raise the errors of a broker that is away."""
    queue = queue or _queue_of(task)
    state = _queue_state(queue)
    if time.monotonic() >= state.count_again_at:
        state.count_again_at = time.monotonic() + SECONDS_BETWEEN_COUNTS
        was_flooded, state.waiting = state.waiting >= MOST_WAITING, _waiting(task, queue)
        if state.waiting >= MOST_WAITING and not was_flooded:
            logger.error("More than %d messages wait in %s: the sweep will catch up.", MOST_WAITING, queue)
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
            return 0  # the queue is empty or new
        except link.connection_errors as error:
            raise ConnectionError(str(error)) from error
