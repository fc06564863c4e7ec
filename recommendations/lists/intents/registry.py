"""Registry of intents. A new intent is a file in this folder and a line here."""

from typing import Any

from django.core.exceptions import ValidationError
from django.dispatch import receiver

from recommendations.lists.intents.complementary import COMPLEMENTARY
from recommendations.lists.intents.for_you import FOR_YOU
from recommendations.lists.intents.recently_viewed import RECENTLY_VIEWED
from recommendations.lists.intents.similar import SIMILAR
from recommendations.lists.intents.trending import TRENDING
from recommendations.lists.questions import Intent
from recommendations.rules.models import Rule
from recommendations.rules.signals import rule_saving

INTENTS: dict[str, Intent] = {
    intent.name: intent
    for intent in (
        FOR_YOU,
        SIMILAR,
        COMPLEMENTARY,
        TRENDING,
        RECENTLY_VIEWED,
    )
}  # fmt: skip


def intent_named(name: str) -> Intent:
    """Return the intent of a name; ValueError where there is none."""
    if name not in INTENTS:
        raise ValueError(f"There is no intent “{name}”: expected one of {', '.join(INTENTS)}.")
    return INTENTS[name]


def intent_choices() -> list[tuple[str, str]]:
    """Return the intents as the choices of a form field."""
    return [(name, name) for name in INTENTS]


@receiver(rule_saving)
def check_intent(*, rule: Rule, **_: Any) -> None:
    """Raise ValidationError for a rule about an intent that does not exist or does not take it."""
    if not rule.intent:
        return
    try:
        intent = intent_named(rule.intent)
    except ValueError as error:
        raise ValidationError({"intent": str(error)}) from None
    if not intent.takes_pins and rule.action != Rule.Action.HIDE:
        raise ValidationError({"intent": f"“{intent.title}” keeps the order it has: it can only be hidden."})
