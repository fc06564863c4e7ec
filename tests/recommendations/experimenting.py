"""Experiments made by hand."""

import uuid
from typing import Any

from recommendations.experiments.models import Experiment, Variant
from recommendations.experiments.running import RunningExperiment, running_experiments
from recommendations.experiments.services import start_experiment
from recommendations.versions.models import RankingProfile

ONLY_POPULARITY = {"cosine_weight": 0, "popularity_weight": 1, "category_weight": 0, "keyword_weight": 0}


def draft(name: str = "weights", slot: str = "", **variants: dict[str, Any]) -> Experiment:
    """Return an experiment of two equal variants, the control and “popular”, which ranks by popularity alone; or of the
    variants given."""
    RankingProfile.objects.get_or_create(name="popular", defaults=ONLY_POPULARITY)
    experiment = Experiment.objects.create(name=name, slot=slot)
    for variant, columns in (variants or {"popular": {"ranking_profile": "popular"}}).items():
        Variant.objects.create(experiment=experiment, name=variant, **({"share": 0.5} | columns))
    if not any(columns.get("is_control") for columns in variants.values()):
        Variant.objects.create(experiment=experiment, name="control", share=0.5, is_control=True)
    return experiment


def start(name: str = "weights", slot: str = "", **variants: dict[str, Any]) -> RunningExperiment:
    """Return such an experiment, running."""
    experiment = draft(name, slot, **variants)
    start_experiment(experiment_id=experiment.pk)
    return next(running for running in running_experiments() if running.id == experiment.pk)


def shopper_in(experiment: RunningExperiment, variant: str, number: int = 0) -> uuid.UUID:
    """Return the shopper of this number (0 first) whose hash falls into a variant."""
    ids = (uuid.UUID(int=candidate) for candidate in range(1_000, 100_000))
    fitting = (shopper for shopper in ids if experiment.assigned(shopper).name == variant)
    for _ in range(number):
        next(fitting)
    return next(fitting)
