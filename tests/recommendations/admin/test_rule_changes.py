"""The history of rules in words."""

import uuid

import pytest

from recommendations.admin.rule_changes import changes_in_words
from recommendations.rules.models import Rule, RuleChange, RuleSet

pytestmark = pytest.mark.django_db
GONE = uuid.UUID(int=9)


def told(before: dict, after: dict, **columns) -> str:
    row = RuleChange(rule_set_id=GONE, rule_set_name="Autumn", verb="changed", before=before, after=after, **columns)
    return changes_in_words([row])[0].what


def test_what_changed_is_said_with_names(product, category):
    before = Rule(action="pin", product_id=product.pk, position=2).content()
    after = before | {
        "position": 3,
        "listed_category_id": category.pk.hex,
        "ends_at": "2026-03-01T12:00:00+00:00",
        "note": "New in",
        "segment": {"model_version": "v1", "number": 2, "name": "Lamps"},
    }

    assert told(before, after, rule_id=GONE) == (
        f"Pin “{product.title}”: position 2 → 3, in lists of none → “{category.name}”, segment none → “Lamps”, "
        "ends none → 2026-03-01 12:00, note none → “New in”"
    )


def test_a_new_rule_says_what_it_holds_and_a_set_its_name():
    rule = Rule(action="boost", category_id=GONE, factor=2.5, slot="home").content()
    one, other = RuleSet(name="Autumn"), RuleSet(name="Winter", is_active=True)

    assert told({}, rule, rule_id=GONE) == f"Boost “{GONE.hex}”: factor 2.5, slot home"
    assert told(rule, {}, rule_id=GONE) == f"Boost “{GONE.hex}”: factor 2.5, slot home"
    assert told({}, one.content()) == "Set “Autumn”"
    assert told(one.content(), other.content()) == "Set “Winter”: name “Autumn” → “Winter”, active no → yes"


def test_who_did_it_is_named_while_the_account_is_there(user, queries):
    rows = [
        RuleChange(rule_set_id=GONE, rule_set_name="Autumn", verb="made", changed_by=who)
        for who in (user.pk, GONE, None)
    ]

    with queries(1):
        assert [change.who for change in changes_in_words(rows)] == [user.email, str(GONE), "no person"]
