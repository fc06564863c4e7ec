from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

# Imported when the models are loaded: tasks register with Celery, the others connect receivers.
LISTENERS = ("tasks", "lists.intents.registry", "experiments.services", "serving.handle")


class RecommendationsConfig(AppConfig):
    """The bridge: shoppers' events come in, ranked products go out."""

    name = "recommendations"

    def ready(self) -> None:
        # A setting with an unknown kind of event stops the program here, not on a shopper's page.
        import_module("recommendations.behaviour.event_weights").half_lives()
        for name in LISTENERS:
            import_module(f"recommendations.{name}")
        import_module("recommendations.receivers").connect()
        seed_profiles = import_module("recommendations.versions.ranking_profiles").seed_profiles
        post_migrate.connect(seed_profiles, sender=self, dispatch_uid="recommendations.ranking_profiles")
        score_with = import_module("shop.catalogue.lists.preference_order").score_with
        score_with(import_module("recommendations.lists.personal_scores").personal_scores)
