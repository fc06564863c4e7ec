"""Start and stop experiments."""

import math
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from ml.ranking import Weights
from recommendations.experiments.models import Experiment, Variant
from recommendations.experiments.signals import experiments_changed
from recommendations.jobs.models import Lease
from recommendations.rules.models import Rule, RuleSet
from recommendations.rules.services import RulesRefused
from recommendations.rules.signals import rule_set_switching
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion, RankingProfile

_STARTING = "starting an experiment"
_LONGEST_START = timedelta(seconds=30)
_USABLE = (ModelVersion.Status.READY, ModelVersion.Status.PROMOTED, ModelVersion.Status.HELD_BACK)


class ExperimentRefused(Exception):
    """The change is refused, for the reason in the text. Nothing was changed."""


def start_experiment(*, experiment_id: uuid.UUID) -> None:
    """Assign shoppers to the variants of a draft from now on; every process follows within a second.

    Weights and rules are frozen as they are now. Raises ExperimentRefused for anything but a draft, for fewer than two
    variants, not exactly one control, shares that do not add up to 1, a profile, model version or rule set that does
    not exist or cannot be used, and while another experiment runs in the slot.
    """
    row = Experiment.objects.filter(pk=experiment_id).first()
    if row is None or not row.is_draft:
        raise ExperimentRefused("Only a draft can be started: what was stopped once is compared anew in another one.")
    plan = {"variants": _plan(list(row.variants.all()))}
    holder = uuid.uuid4()
    if not Lease.objects.acquire(_STARTING, holder, timezone.now() + _LONGEST_START):
        raise ExperimentRefused("Another experiment is being started at this moment: try again.")
    try:
        _refuse_overlap(row)
        drafts = Experiment.objects.filter(pk=row.pk, state=Experiment.State.DRAFT)
        drafts.update(state=Experiment.State.RUNNING, plan=plan, started_at=timezone.now())
    finally:
        Lease.objects.release(_STARTING, holder)
    experiments_changed.send(sender=Experiment)


def stop_experiment(*, experiment_id: uuid.UUID) -> None:
    """Let everybody see the default again, everywhere within a second; raises ExperimentRefused unless it runs."""
    running = Experiment.objects.running().filter(pk=experiment_id)
    if not running.update(state=Experiment.State.STOPPED, stopped_at=timezone.now()):
        raise ExperimentRefused("It does not run, so there is nothing to stop.")
    experiments_changed.send(sender=Experiment)


def comparing_experiment(row: RuleSet) -> Experiment | None:
    """Return the running experiment that has this set as a variant, if any."""
    running = Experiment.objects.running()
    named = {experiment for experiment in running for v in experiment.plan["variants"] if v.get("rule_set") == row.name}
    return next(iter(named), None)


@receiver(rule_set_switching)
def refuse_compared(*, rule_set: RuleSet, **_: Any) -> None:
    """Raise RulesRefused for a rule set that a running experiment compares."""
    experiment = comparing_experiment(rule_set)
    if experiment is not None:
        raise RulesRefused(f"The experiment “{experiment.name}” compares “{rule_set.name}”: stop it first.")


def _refuse_overlap(row: Experiment) -> None:
    other = Experiment.objects.running().sharing_slot(row.slot).exclude(pk=row.pk).first()
    if other is not None:
        where = f"the slot “{other.slot}”" if other.slot else "all slots"
        raise ExperimentRefused(f"The experiment “{other.name}” runs in {where}: stop it, or choose another slot.")


def _plan(variants: Sequence[Variant]) -> list[dict[str, Any]]:
    """Return the variants as the plan holds them, or refuse them."""
    if len(variants) < 2:
        raise ExperimentRefused("An experiment needs at least two variants.")
    if sum(variant.is_control for variant in variants) != 1:
        raise ExperimentRefused("Exactly one variant must be the control, which the others are compared with.")
    if len({variant.name for variant in variants}) < len(variants):
        raise ExperimentRefused("Two variants have the same name: figures could not be told apart.")
    total = math.fsum(variant.share for variant in variants)
    if min(variant.share for variant in variants) <= 0 or abs(total - 1) > 1e-6:
        raise ExperimentRefused(f"The shares must be above 0 and add up to 1, they add up to {total:g}.")
    return [
        {
            "id": variant.pk.hex,
            "name": variant.name,
            "share": variant.share,
            "weights": _weights_of(variant),
            "model_version": _version_of(variant),
            "rule_set": variant.rule_set,
            "rules": _rules_of(variant),
        }
        for variant in variants
    ]


def _weights_of(variant: Variant) -> dict[str, float] | None:
    if not variant.ranking_profile:
        return None
    profile = RankingProfile.objects.filter(name=variant.ranking_profile).first()
    if profile is None:
        raise ExperimentRefused(f"There is no ranking profile “{variant.ranking_profile}” (variant {variant.name}).")
    try:
        Weights(**profile.weights())
    except ValueError as error:
        raise ExperimentRefused(f"The ranking profile “{profile.name}” cannot rank: {error}.") from None
    return profile.weights()


def _rules_of(variant: Variant) -> list[dict[str, Any]]:
    """Return the rules a variant brings; a set that holds for everybody makes no difference to compare."""
    if not variant.rule_set:
        return []
    row = RuleSet.objects.filter(name=variant.rule_set).first()
    if row is None:
        raise ExperimentRefused(f"There is no rule set “{variant.rule_set}” (variant {variant.name}).")
    if row.is_active:
        raise ExperimentRefused(f"The rule set “{row.name}” holds for everybody: deactivate it to compare it.")
    rules = [rule.content() for rule in Rule.objects.of_sets([row.pk])]
    if not rules:
        raise ExperimentRefused(f"The rule set “{row.name}” holds no rules (variant {variant.name}).")
    return rules


def _version_of(variant: Variant) -> str | None:
    version = variant.model_version
    if not version:
        return None
    row = ModelVersion.objects.filter(version=version).first()
    if row is None:
        raise ExperimentRefused(f"There is no model version “{version}” (variant {variant.name}).")
    if row.status not in _USABLE or version not in artifact_store.versions():
        raise ExperimentRefused(f"The model version {version} cannot serve: {row.get_status_display().lower()}.")
    return version
