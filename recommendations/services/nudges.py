"""Tell the workers that something changed.

A nudge is only a hint: the log is the truth, and the sweep finds what a lost nudge spoke of. So a broker that is away
costs the shopper nothing but one short attempt every few seconds.
"""

import logging
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from celery import Task
from django.db import models, router, transaction
from kombu.exceptions import KombuError

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_ATTEMPTS = 10.0


@dataclass
class BrokerState:
    """Whether the last nudge failed, and until when (time.monotonic) no other is tried."""

    is_away: bool = False
    quiet_until: float = 0.0


_broker = BrokerState()


def nudge(task: Task, *arguments: Any) -> bool:
    """Enqueue a task without retries and tell whether it was; never raises for a broker that is away.

    Tried at most every SECONDS_BETWEEN_ATTEMPTS while the broker is away, and said once in the log.
    """
    if _broker.is_away and time.monotonic() < _broker.quiet_until:
        return False
    try:
        task.apply_async(args=arguments, retry=False)
    except (KombuError, OSError) as error:
        if not _broker.is_away:
            logger.error("The message broker is away (%s): recommendations catch up when it is back.", error)
        _broker.is_away, _broker.quiet_until = True, time.monotonic() + SECONDS_BETWEEN_ATTEMPTS
        return False
    if _broker.is_away:
        logger.warning("The message broker is back.")
        _broker.is_away = False
    return True


def nudge_on_commit(task: Task, *arguments: Any, about: type[models.Model]) -> None:
    """Nudge once the current transaction of the database that holds `about` is committed (at once on MongoDB)."""
    transaction.on_commit(partial(nudge, task, *arguments), using=router.db_for_write(about))
