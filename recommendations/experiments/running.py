"""Running experiments in memory. Serving reads them once a second; no query per request."""

import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ml.experiments import assign_share
from ml.ranking import Weights
from recommendations.experiments.models import Experiment
from recommendations.rules.active_rules import ActiveRule, rules_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class RunningVariant:
    """One way of ranking. Without weights or a model version those that serve are used; `rules` come on top."""

    id: uuid.UUID
    name: str
    share: float
    weights: Weights | None = None
    model_version: str | None = None
    rules: tuple[ActiveRule, ...] = ()


@dataclass(frozen=True)
class RunningExperiment:
    """Variants that share the shoppers of a slot; an empty slot is all of them."""

    id: uuid.UUID
    slot: str
    variants: tuple[RunningVariant, ...]

    def variant(self, variant_id: uuid.UUID | None) -> RunningVariant | None:
        """Return the variant of this id, if it is one of these."""
        return next((variant for variant in self.variants if variant.id == variant_id), None)

    def assigned(self, shopper_id: uuid.UUID) -> RunningVariant:
        """Return the variant that the shopper's hash falls into."""
        return self.variants[assign_share(self.id, shopper_id, [variant.share for variant in self.variants])]


def running_experiments() -> tuple[RunningExperiment, ...]:
    """Return the running experiments; one query. A plan that cannot be read is left out and logged."""
    experiments = []
    for row in Experiment.objects.running():
        try:
            variants = tuple(_variant(planned) for planned in row.plan["variants"])
            experiments.append(RunningExperiment(row.pk, row.slot, variants))
        except (KeyError, TypeError, ValueError) as error:
            logger.error("The plan of the experiment %s is not usable, nobody is assigned to it: %r", row.name, error)
    return tuple(experiments)


def _variant(planned: Mapping[str, Any]) -> RunningVariant:
    weights = planned["weights"]
    return RunningVariant(
        id=uuid.UUID(hex=planned["id"]),
        name=str(planned["name"]),
        share=float(planned["share"]),
        weights=None if weights is None else Weights(**weights),
        model_version=planned["model_version"],
        rules=rules_of(planned.get("rules", ())),
    )
