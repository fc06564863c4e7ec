"""The promoted version with everything that ranks beside it: overlay, weights, experiments and rules."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ml.ranking import Weights
from ml.serving_index import Moment, ServingIndex
from recommendations.experiments.running import RunningExperiment, RunningVariant
from recommendations.rules.active_rules import ActiveRules
from recommendations.versions.opening import OpenedVersion


@dataclass(frozen=True, eq=False)
class Served:
    """What serves: the version and what is in it, its index with newer products laid over, the weights and rules.

    overlay_stamp: changes when a product laid over the index does. experiments: those that run; beside: the versions of
    their variants, as they were trained; rules_of_variants: the active rules with those of a variant, by its id, for
    variants that have some.
    """

    version: str
    opened: OpenedVersion
    index: ServingIndex
    weights: Weights
    overlay_stamp: int = 0
    experiments: tuple[RunningExperiment, ...] = ()
    beside: Mapping[str, OpenedVersion] = field(default_factory=dict)
    rules: ActiveRules = field(default_factory=ActiveRules)
    rules_of_variants: Mapping[uuid.UUID, ActiveRules] = field(default_factory=dict)

    def experiment_in(self, slot: str) -> RunningExperiment | None:
        """Return the experiment that places the shoppers of a slot; there is at most one."""
        return next((found for found in self.experiments if found.slot in ("", slot)), None)

    def as_in(self, variant: RunningVariant) -> "Served | None":
        """Return what serves shoppers of a variant; None when its model version cannot be used in this process."""
        served = replace(self, rules=self.rules_of_variants.get(variant.id, self.rules))
        if variant.model_version is not None and variant.model_version != self.version:
            opened = self.beside.get(variant.model_version)
            if opened is None:
                return None
            served = replace(served, version=variant.model_version, opened=opened, index=opened.index, overlay_stamp=0)
        return served if variant.weights is None else replace(served, weights=variant.weights)

    def moment(self, local: datetime) -> Moment | None:
        """Return what a time by the shop's clock means for ranking; None where the index knows of no seasons."""
        return None if self.index.seasons.is_flat else Moment.of(local)
