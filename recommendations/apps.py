from django.apps import AppConfig

from recommendations import receivers


class RecommendationsConfig(AppConfig):
    """The bridge: what shoppers do comes in, ranked products go out."""

    name = "recommendations"

    def ready(self) -> None:
        receivers.connect()
