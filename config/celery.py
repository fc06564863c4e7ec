"""The Celery application; tasks live in each app's `tasks.py`."""

import os
import signal
from typing import Any

from celery import Celery
from celery.signals import worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("kindred", task_cls="config.dead_letters:PatientTask")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_process_init.connect
def finish_the_task_at_hand(**kwargs: Any) -> None:
    """Let the worker alone decide when its pool ends.

    A supervisor that stops the whole process group would otherwise end the pool's processes in the middle of a task.
    """
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
