from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Gives the composition root its management commands (`start`)."""

    name = "config"
    verbose_name = "Kindred"
