from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class ConfigConfig(AppConfig):
    """Gives the composition root its management command (`start`) and the embedded broker its folders."""

    name = "config"
    verbose_name = "Kindred"

    def ready(self) -> None:
        if not settings.REDIS_URL:
            for key in ("data_folder_in", "data_folder_out", "control_folder"):
                Path(str(settings.CELERY_BROKER_TRANSPORT_OPTIONS[key])).mkdir(parents=True, exist_ok=True)
