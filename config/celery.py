"""The Celery application; tasks live in each app's `tasks.py`."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("kindred", task_cls="config.dead_letters:PatientTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


# A training has time; whoever shops has not. Of two that want a core, one of this nice level gets a tenth of it.
TRAINING_NICE = 10


@celeryd_init.connect
def let_shoppers_go_first(sender: str, **kwargs: Any) -> None:
    """Give way, in the worker called training@…, and leave one core to the others; its processes inherit it."""
    if sender.startswith("training@"):
        os.nice(TRAINING_NICE)
        for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
            os.environ.setdefault(name, str(max((os.cpu_count() or 2) - 1, 1)))


@worker_process_init.connect
def finish_the_task_at_hand(**kwargs: Any) -> None:
    """Let the worker alone decide when its pool ends.

    A supervisor that stops the whole process group would otherwise end the pool's processes in the middle of a task.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
