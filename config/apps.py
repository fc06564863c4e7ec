from importlib import import_module
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate

from config.mongodb_keys import index_keys


class ConfigConfig(AppConfig):
    """Gives the composition root its command (`start`), broker folders, keys on MongoDB, and the first schedules."""

    name = "config"
    verbose_name = "Kindred"

    def ready(self) -> None:
        post_migrate.connect(index_keys, dispatch_uid="config.mongodb_keys")
        beat = apps.get_app_config("django_celery_beat")
        # By name, because the schedules are rows of models, which are not loaded when this file is.
        seed_schedules = import_module("config.schedules").seed_schedules
        post_migrate.connect(seed_schedules, sender=beat, dispatch_uid="config.schedules")
        if not settings.REDIS_URL:
            for key in ("data_folder_in", "data_folder_out", "control_folder"):
                Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS[key])).mkdir(parents=True, exist_ok=True)
