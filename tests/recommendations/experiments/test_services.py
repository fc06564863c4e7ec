"""Starting and stopping experiments: what is refused leaves everything as it was."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.experiments.models import Experiment
from recommendations.experiments.running import running_experiments
from recommendations.experiments.services import ExperimentRefused, start_experiment, stop_experiment
from recommendations.jobs.models import Lease
from recommendations.rules.models import Rule
from recommendations.versions.models import ModelVersion, RankingProfile
from tests.factories import ProductFactory
from tests.recommendations.experimenting import draft, start
from tests.recommendations.publishing import publish
from tests.recommendations.ruling import hide, rule_set

pytestmark = pytest.mark.django_db

CONTROL = {"is_control": True}


def refused(experiment: Experiment) -> str:
    with pytest.raises(ExperimentRefused) as refusal:
        start_experiment(experiment_id=experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.plan, experiment.started_at) == ("draft", {}, None)
    assert not Lease.objects.exists()
    return str(refusal.value)


def test_a_started_experiment_runs_with_the_weights_of_that_moment():
    experiment = draft(slot="home")
    start_experiment(experiment_id=experiment.pk)
    RankingProfile.objects.update(popularity_weight=0.5)

    (running,) = running_experiments()

    assert (running.id, running.slot) == (experiment.pk, "home")
    by_name = {variant.name: variant for variant in running.variants}
    assert by_name["control"].weights is None
    assert by_name["control"].model_version is None
    assert by_name["popular"].weights is not None
    assert by_name["popular"].weights.popularity == 1
    assert sum(variant.share for variant in running.variants) == 1


@pytest.mark.parametrize(
    ("variants", "reason"),
    [
        ({"alone": CONTROL | {"share": 1}}, "at least two"),
        ({"one": CONTROL, "two": CONTROL}, "Exactly one"),
        ({"one": CONTROL | {"share": 0.5}, "two": {"share": 0.6}}, "add up to 1.1"),
        ({"one": CONTROL | {"share": 1.5}, "two": {"share": -0.5}}, "above 0"),
        ({"one": CONTROL, "two": {"ranking_profile": "no such"}}, "no ranking profile “no such”"),
        ({"one": CONTROL, "two": {"ranking_profile": "nothing"}}, "cannot rank"),
        ({"one": CONTROL, "two": {"model_version": "20200101-000000-0000"}}, "no model version"),
        ({"one": CONTROL, "two": {"rule_set": "no such"}}, "no rule set “no such”"),
        ({"one": CONTROL, "two": {"rule_set": "Active"}}, "holds for everybody"),
        ({"one": CONTROL, "two": {"rule_set": "Empty"}}, "holds no rules"),
    ],
    ids=[
        "one variant",
        "two controls",
        "shares of 1.1",
        "a negative share",
        "no profile",
        "weights of 0",
        "no version",
        "no rule set",
        "an active rule set",
        "an empty rule set",
    ],
)
def test_what_cannot_be_compared_is_refused(variants, reason):
    RankingProfile.objects.create(
        name="nothing", cosine_weight=0, popularity_weight=0, category_weight=0, keyword_weight=0
    )
    rule_set("Active")
    rule_set("Empty", active=False)

    assert reason in refused(draft(**variants))


@pytest.mark.parametrize("status", ["refused", "failed", "training", "pruned"])
def test_a_version_that_cannot_serve_is_refused(status, category):
    version = publish(ProductFactory.create_batch(2, category=category), promote=False)
    ModelVersion.objects.update(status=status)

    assert "cannot serve" in refused(draft(one=CONTROL, two={"model_version": version}))


def test_a_version_without_files_is_refused():
    ModelVersion.objects.create(version="20200101-000000-0000", status=ModelVersion.Status.READY)

    assert "cannot serve" in refused(draft(one=CONTROL, two={"model_version": "20200101-000000-0000"}))


@pytest.mark.parametrize(("slot", "other"), [("home", "home"), ("", "home"), ("home", ""), ("", "")])
def test_a_second_experiment_in_the_same_slot_is_refused(slot, other):
    start("first", slot)

    assert "“first” runs" in refused(draft("second", other))


def test_experiments_in_different_slots_run_side_by_side_and_a_stopped_one_is_in_nobodys_way():
    first = start("first", "home")
    start("second", "cart")
    stop_experiment(experiment_id=first.id)
    start("third", "home")

    assert {running.slot for running in running_experiments()} == {"cart", "home"}


def test_while_another_is_being_started_nothing_is():
    Lease.objects.create(
        name="starting an experiment", holder=uuid.uuid4(), expires_at=timezone.now() + timedelta(minutes=1)
    )
    experiment = draft()

    with pytest.raises(ExperimentRefused, match="at this moment"):
        start_experiment(experiment_id=experiment.pk)
    assert running_experiments() == ()


def test_nothing_is_started_or_stopped_twice():
    running = start()
    with pytest.raises(ExperimentRefused, match="Only a draft"):
        start_experiment(experiment_id=running.id)
    stop_experiment(experiment_id=running.id)
    stopped_at = Experiment.objects.get().stopped_at
    with pytest.raises(ExperimentRefused, match="does not run"):
        stop_experiment(experiment_id=running.id)
    with pytest.raises(ExperimentRefused, match="Only a draft"):
        start_experiment(experiment_id=running.id)

    assert Experiment.objects.get().stopped_at == stopped_at
    with pytest.raises(ExperimentRefused, match="Only a draft"):
        start_experiment(experiment_id=uuid.uuid4())


def test_a_plan_that_cannot_be_read_places_nobody(caplog):
    running = start()
    Experiment.objects.update(plan={"variants": [{"id": "x"}]})

    assert running_experiments() == ()
    assert "is not usable" in caplog.text
    assert Experiment.objects.get().pk == running.id


def test_a_variant_takes_the_rules_of_that_moment_along(product):
    row = rule_set("Autumn", hide(product), active=False)
    running = start(other={"rule_set": "Autumn"})
    Rule.objects.filter(rule_set=row).update(slot="cart")

    (again,) = running_experiments()

    assert again == running
    assert {variant.name: [rule.slot for rule in variant.rules] for variant in again.variants} == {
        "control": [],
        "other": [""],
    }
