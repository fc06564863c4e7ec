from pathlib import Path

from django.apps import AppConfig
from django.conf import settings
from django.db.models.signals import post_migrate

from config.mongodb_keys import index_keys


class ConfigConfig(AppConfig):
    """Gives the composition root its command (`start`), the embedded broker its folders, MongoDB its keys."""

    name = "config"
    verbose_name = "Kindred"

    def ready(self) -> None:
        post_migrate.connect(index_keys, dispatch_uid="config.mongodb_keys")
        if not settings.REDIS_URL:
            for key in ("data_folder_in", "data_folder_out", "control_folder"):
                Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS[key])).mkdir(parents=True, exist_ok=True)
