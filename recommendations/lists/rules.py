"""Merchandising rules of one list: which hold, and where pinned products stand."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from recommendations.lists.requests import Intent
from recommendations.rules.active_rules import NO_RULES, ActiveRules, RulesOfList
from recommendations.rules.models import Rule
from recommendations.rules.signals import rule_saving
from recommendations.serving import handle
from recommendations.serving.served import Served
from recommendations.shoppers.known import KnownShopper
from recommendations.shoppers.segments import segments_entered

Shown = TypeVar("Shown")


def rules_of_list(
    *,
    slot: str,
    intent: str,
    category_id: uuid.UUID | None,
    shopper: KnownShopper,
    served: Served | None,
    rules: ActiveRules | None = None,
    moment: datetime | None = None,
) -> RulesOfList:
    """Return the rules that hold for a list now, without a model too; rules, moment: others, at another time.

    A stranger is in no segment.
    """
    if rules is None:
        rules = served.rules if served is not None else handle.current_rules()
    if not rules:
        return NO_RULES
    entered = (
        segments_entered(version=served.version, vector=shopper.vector, remembered=rules.segments)
        if served is not None
        else frozenset()
    )
    return rules.of_list(slot=slot, intent=intent, category_id=category_id, segments=entered, moment=moment)


def placed(others: Sequence[Shown], pinned: Sequence[tuple[int, Shown]], *, before: int, limit: int) -> list[Shown]:
    """Return a page of a list: what is pinned at its positions (1 the first of the whole list, rising), others around.

    before: how many products earlier pages showed. What is pinned behind the end of a list comes at its end; of two at
    one position the second follows the first.
    """
    page: list[Shown] = []
    waiting, rest = list(pinned), list(others)
    while len(page) < limit and (waiting or rest):
        is_due = bool(waiting) and waiting[0][0] <= before + len(page) + 1
        page.append(waiting.pop(0)[1] if is_due or not rest else rest.pop(0))
    return page


@receiver(rule_saving)
def check_intent(*, rule: Rule, **_: Any) -> None:
    """Raise ValidationError for a rule about an intent that does not exist or does not take it."""
    if rule.intent and rule.intent not in {intent.value for intent in Intent}:
        raise ValidationError({"intent": f"There is no intent “{rule.intent}”."})
    if rule.intent == Intent.RECENTLY_VIEWED and rule.action != Rule.Action.HIDE:
        raise ValidationError({"intent": "What a shopper viewed stays in that order: it can only be hidden."})
