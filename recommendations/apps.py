from importlib import import_module

from django.apps import AppConfig


class RecommendationsConfig(AppConfig):
    """The bridge: what shoppers do comes in, ranked products go out."""

    name = "recommendations"

    def ready(self) -> None:
        # By name, because receivers need the models, which are not loaded when this file is.
        import_module("recommendations.receivers").connect()
