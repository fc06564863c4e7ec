from importlib import import_module

from django.apps import AppConfig

# Imported when the models are loaded. Tasks register with Celery; the others connect receivers, or plug themselves in.
LISTENERS = (
    *("tasks", "receivers", "lists.intents.registry", "lists.personal_scores"),
    *("experiments.services", "serving.handle", "versions.ranking_profiles"),
)


class RecommendationsConfig(AppConfig):
    """The bridge: what shoppers do comes in, ranked products go out."""

    name = "recommendations"

    def ready(self) -> None:
        for name in LISTENERS:
            import_module(f"recommendations.{name}")
