from importlib import import_module
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models.signals import post_migrate

from config.databases.mongodb_keys import index_keys


class ConfigConfig(AppConfig):
    """Composition root as an app: the command `start`, broker folders, keys on MongoDB, the first schedules."""

    name = "config"
    verbose_name = "Kindred"

    def ready(self) -> None:
        post_migrate.connect(index_keys, dispatch_uid="config.databases.mongodb_keys")
        beat = apps.get_app_config("django_celery_beat")
        # By name: schedules import models, which are not loaded yet.
        seed_schedules = import_module("config.broker.schedules").seed_schedules
        post_migrate.connect(seed_schedules, sender=beat, dispatch_uid="config.broker.schedules")
        if not settings.REDIS_URL:
            for key in ("data_folder_in", "data_folder_out", "control_folder"):
                Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS[key])).mkdir(parents=True, exist_ok=True)
