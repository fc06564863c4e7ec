from importlib import import_module

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from recommendations.event_weights import half_lives
from shop.personal_order import score_with


class RecommendationsConfig(AppConfig):
    """The bridge: what shoppers do comes in, ranked products go out."""

    name = "recommendations"

    def ready(self) -> None:
        half_lives()  # a setting that names no kind of event stops the program here, not a shopper's page
        # By name, because receivers need the models, which are not loaded when this file is.
        import_module("recommendations.receivers").connect()
        seed_profiles = import_module("recommendations.services.ranking_profiles").seed_profiles
        post_migrate.connect(seed_profiles, sender=self, dispatch_uid="recommendations.ranking_profiles")
        score_with(import_module("recommendations.selectors.personal_scores").personal_scores)
