"""Changes of merchandising rules, each written to the history with its author."""

import uuid
from typing import Any

from django.db import router, transaction

from recommendations.rules.models import Rule, RuleChange, RuleSet
from recommendations.rules.rule_book import MOST_RULES
from recommendations.rules.signals import rule_saving, rule_set_switching, rules_changed

Verb = RuleChange.Verb


class RulesRefused(Exception):
    """The change is refused, for the reason in the text. Nothing was changed."""


def save_rule_set(row: RuleSet, *, changed_by: uuid.UUID | None) -> None:
    """Store a new or renamed set. Only `activate_rule_set` makes it active."""
    before = RuleSet.objects.filter(pk=row.pk).first()
    row.is_active = before is not None and before.is_active
    if before is not None and before.content() == row.content():
        return
    with transaction.atomic(using=router.db_for_write(RuleSet)):
        row.save()
        _write(row, Verb.CHANGED if before else Verb.MADE, before, row, changed_by)


def delete_rule_set(row: RuleSet, *, changed_by: uuid.UUID | None) -> None:
    """Delete a set with its rules. Raises RulesRefused while a running experiment compares it."""
    rule_set_switching.send(sender=RuleSet, rule_set=row)
    with transaction.atomic(using=router.db_for_write(RuleSet)):
        for rule in Rule.objects.of_sets([row.pk]):
            _write(row, Verb.DELETED, rule, None, changed_by)
        _write(row, Verb.DELETED, row, None, changed_by)
        row.delete()
    rules_changed.send(sender=RuleSet)


def save_rule(row: Rule, *, changed_by: uuid.UUID | None) -> None:
    """Store a new or changed rule; with an active set it holds at once, in every process within a second.

    Raises ValidationError for an invalid rule, RulesRefused when an active set would get too many.
    """
    rule_saving.send(sender=Rule, rule=row)
    row.full_clean()
    before = Rule.objects.filter(pk=row.pk).first()
    if before is not None and before.content() == row.content():
        return
    if before is None:
        _refuse_too_many(row.rule_set, room_for_rules(row.rule_set) - 1)
    with transaction.atomic(using=router.db_for_write(Rule)):
        row.save()
        _write(row.rule_set, Verb.CHANGED if before else Verb.MADE, before, row, changed_by)
    rules_changed.send(sender=RuleSet)


def delete_rule(row: Rule, *, changed_by: uuid.UUID | None) -> None:
    """Delete a rule; the history keeps what it said."""
    with transaction.atomic(using=router.db_for_write(Rule)):
        _write(row.rule_set, Verb.DELETED, row, None, changed_by)
        row.delete()
    rules_changed.send(sender=RuleSet)


def activate_rule_set(*, rule_set_id: uuid.UUID, changed_by: uuid.UUID | None) -> bool:
    """Let the rules of a set hold for everybody; False when they do already. Every process follows within a second.

    Raises RulesRefused for a set that is not there, that a running experiment compares, or with which too many rules
    would be active.
    """
    row = _found(rule_set_id)
    if row.is_active:
        return False
    rule_set_switching.send(sender=RuleSet, rule_set=row)
    _refuse_too_many(row, room_for_rules(row, becomes_active=True))
    _switch(row, to=True, changed_by=changed_by)
    return True


def deactivate_rule_set(*, rule_set_id: uuid.UUID, changed_by: uuid.UUID | None) -> bool:
    """Let the rules of a set hold no more; False when they do not. Raises RulesRefused for one that is not there."""
    row = _found(rule_set_id)
    if not row.is_active:
        return False
    _switch(row, to=False, changed_by=changed_by)
    return True


def room_for_rules(row: RuleSet, *, becomes_active: bool = False) -> int:
    """Return how many more rules a set could get beside what else is active, if it is (or becomes) so; may be < 0."""
    others = RuleSet.objects.active().exclude(pk=row.pk).values_list("pk", flat=True)
    counted = list(others) if row.is_active or becomes_active else []
    return MOST_RULES - Rule.objects.of_sets([*counted, row.pk]).count()


def _found(rule_set_id: uuid.UUID) -> RuleSet:
    row: RuleSet | None = RuleSet.objects.filter(pk=rule_set_id).first()
    if row is None:
        raise RulesRefused("There is no such rule set any more.")
    return row


def _switch(row: RuleSet, *, to: bool, changed_by: uuid.UUID | None) -> None:
    with transaction.atomic(using=router.db_for_write(RuleSet)):
        if RuleSet.objects.filter(pk=row.pk, is_active=not to).update(is_active=to):
            after = RuleSet(name=row.name, description=row.description, is_active=to)
            _write(row, Verb.ACTIVATED if to else Verb.DEACTIVATED, row, after, changed_by)
    rules_changed.send(sender=RuleSet)


def _refuse_too_many(row: RuleSet, room: int) -> None:
    if room < 0:
        raise RulesRefused(
            f"“{row.name}” would make {MOST_RULES - room:,} rules, more than the {MOST_RULES:,} that may hold at once: "
            "delete rules that are over, or deactivate another set."
        )


def _write(
    rule_set: RuleSet, verb: Verb, before: RuleSet | Rule | None, after: RuleSet | Rule | None, by: uuid.UUID | None
) -> None:
    row: RuleSet | Rule | None = after or before
    contents: list[dict[str, Any]] = [one.content() if one else {} for one in (before, after)]
    RuleChange.objects.create(
        rule_set_id=rule_set.pk,
        rule_set_name=rule_set.name,
        rule_id=row.pk if isinstance(row, Rule) else None,
        verb=verb,
        before=contents[0],
        after=contents[1],
        changed_by=by,
    )
