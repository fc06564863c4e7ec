"""Changing rules: what is refused leaves everything as it was, what is done is written down."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from recommendations.experiments.services import stop_experiment
from recommendations.rules import services as services
from recommendations.rules.models import Rule, RuleChange, RuleSet
from recommendations.rules.services import (
    RulesRefused,
    activate_rule_set,
    deactivate_rule_set,
    delete_rule,
    delete_rule_set,
    room_for_rules,
    save_rule,
    save_rule_set,
)
from recommendations.serving import handle
from tests.recommendations.experimenting import start
from tests.recommendations.ruling import boost, hide, rule_set

pytestmark = pytest.mark.django_db

PERSON = uuid.UUID(int=5)


def verbs() -> list[str]:
    return list(RuleChange.objects.filter(changed_by=PERSON).order_by("changed_at").values_list("verb", flat=True))


def test_each_change_has_who_what_before_and_after(product):
    row = RuleSet(name="Autumn", is_active=True)
    save_rule_set(row, changed_by=PERSON)
    assert row.is_active is False
    rule = Rule(rule_set=row, **boost(product, 2.0))
    save_rule(rule, changed_by=PERSON)
    rule.factor = 3.0
    save_rule(rule, changed_by=PERSON)
    save_rule(rule, changed_by=PERSON)
    save_rule_set(row, changed_by=PERSON)
    activate_rule_set(rule_set_id=row.pk, changed_by=PERSON)
    deactivate_rule_set(rule_set_id=row.pk, changed_by=PERSON)
    delete_rule(rule, changed_by=PERSON)
    delete_rule_set(row, changed_by=PERSON)

    assert verbs() == ["made", "made", "changed", "activated", "deactivated", "deleted", "deleted"]
    changes = list(RuleChange.objects.order_by("changed_at"))
    assert (changes[2].before["factor"], changes[2].after["factor"]) == (2.0, 3.0)
    assert (changes[3].before["is_active"], changes[3].after["is_active"]) == (False, True)
    assert (changes[5].before["action"], changes[5].after) == ("boost", {})
    assert {change.rule_set_name for change in changes} == {"Autumn"}
    assert not RuleSet.objects.exists()


def test_an_active_set_counts_at_once_and_not_after_it(product, monkeypatch):
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 1000.0)
    assert len(handle.current_rules()) == 0
    row = rule_set("Autumn", hide(product))
    assert len(handle.current_rules()) == 1

    deactivate_rule_set(rule_set_id=row.pk, changed_by=None)

    assert len(handle.current_rules()) == 0


def test_switching_to_what_is_already_so_changes_nothing(product):
    row = rule_set("Autumn", hide(product))

    assert activate_rule_set(rule_set_id=row.pk, changed_by=PERSON) is False
    assert deactivate_rule_set(rule_set_id=row.pk, changed_by=PERSON) is True
    assert deactivate_rule_set(rule_set_id=row.pk, changed_by=PERSON) is False
    assert verbs() == ["deactivated"]
    with pytest.raises(RulesRefused, match="no such rule set"):
        activate_rule_set(rule_set_id=uuid.uuid4(), changed_by=PERSON)


@pytest.mark.parametrize(
    "columns",
    [{"intent": "no such"}, {"action": "boost", "factor": 2, "intent": "recently_viewed"}, {"position": 4}],
    ids=["no intent", "an order nobody ranked", "a place without a pin"],
)
def test_what_makes_no_rule_is_refused(columns, product):
    row = rule_set("Autumn")

    with pytest.raises(ValidationError):
        save_rule(Rule(rule_set=row, **(hide(product) | columns)), changed_by=PERSON)
    assert not Rule.objects.exists()
    assert verbs() == []


def test_more_rules_than_may_hold_are_refused(product, monkeypatch):
    monkeypatch.setattr(services, "MOST_RULES", 2)
    row = rule_set("Autumn", hide(product))
    other = rule_set("Winter", hide(product), hide(product, slot="cart"), active=False)
    assert (room_for_rules(row), room_for_rules(other), room_for_rules(other, becomes_active=True)) == (1, 0, -1)

    with pytest.raises(RulesRefused, match="“Winter” would make 3 rules, more than the 2"):
        activate_rule_set(rule_set_id=other.pk, changed_by=PERSON)
    save_rule(Rule(rule_set=row, **hide(product, slot="home")), changed_by=None)
    with pytest.raises(RulesRefused, match="“Autumn” would make 3 rules"):
        save_rule(Rule(rule_set=row, **hide(product, slot="cart")), changed_by=PERSON)

    assert Rule.objects.of_sets([row.pk]).count() == 2
    assert set(RuleSet.objects.active()) == {row}
    assert verbs() == []


def test_what_an_experiment_compares_is_neither_activated_nor_deleted(product):
    row = rule_set("Autumn", hide(product), active=False)
    running = start(other={"rule_set": "Autumn"})

    for refused in (
        lambda: activate_rule_set(rule_set_id=row.pk, changed_by=PERSON),
        lambda: delete_rule_set(row, changed_by=PERSON),
    ):
        with pytest.raises(RulesRefused, match="stop it first"):
            refused()
    assert RuleSet.objects.filter(is_active=False).exists()
    assert verbs() == []
    stop_experiment(experiment_id=running.id)
    assert activate_rule_set(rule_set_id=row.pk, changed_by=PERSON) is True
