"""The Celery application; tasks live in each app's `tasks.py`."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("kindred", task_cls="config.broker.dead_letters:RetryingTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# Shoppers wait, a training does not. Of two processes that want a core, one of this nice level gets a tenth of it.
TRAINING_NICE = 10


@celeryd_init.connect
def lower_priority_of_trainings(sender: str, **kwargs: Any) -> None:
    """Lower the priority of the worker training@… and of its processes, and leave one core to the others."""
    if sender.startswith("training@"):
        os.nice(TRAINING_NICE)
        for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
            os.environ.setdefault(name, str(max((os.cpu_count() or 2) - 1, 1)))


@worker_process_init.connect
def ignore_sigterm(**kwargs: Any) -> None:
    """Let the worker alone stop its pool.

    A supervisor that signals the whole process group would otherwise end the pool in the middle of a task.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
