"""Rules in memory: scope, schedule, stamps."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from recommendations.rules.active_rules import (
    MOST_FACTOR,
    NO_RULES,
    ActiveRule,
    ActiveRules,
    Pin,
    RememberedSegment,
    rules_of,
)
from recommendations.rules.models import Rule

ONE, TWO, THREE = (uuid.UUID(int=number) for number in (1, 2, 3))
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEGMENT = RememberedSegment("v1", 2, "Lamps")


def of(*rules: ActiveRule, **more) -> ActiveRules:
    return ActiveRules(rules, **more)


def hidden(rules: ActiveRules, slot="home", intent="for_you", **more) -> set[uuid.UUID]:
    return set(rules.of_list(slot=slot, intent=intent, **more).hidden_products)


def hide(product: uuid.UUID = ONE, **scope) -> ActiveRule:
    return ActiveRule("hide", product_id=product, **scope)


@pytest.mark.parametrize(
    ("scope", "asked", "holds"),
    [
        ({}, {}, True),
        ({"slot": "home"}, {}, True),
        ({"slot": "cart"}, {}, False),
        ({"intent": "for_you"}, {}, True),
        ({"intent": "similar"}, {}, False),
        ({"listed_category_id": TWO}, {}, False),
        ({"listed_category_id": TWO}, {"category_id": TWO}, True),
        ({"listed_category_id": TWO}, {"category_id": THREE}, True),
        ({"listed_category_id": THREE}, {"category_id": TWO}, False),
        ({"segment": SEGMENT}, {}, False),
        ({"segment": SEGMENT}, {"segments": {SEGMENT}}, True),
        ({"slot": "home", "intent": "similar"}, {}, False),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_rule_holds_in_its_scope_alone(scope, asked, holds):
    rules = of(hide(**scope), subtrees={TWO: frozenset({TWO, THREE})})

    assert hidden(rules, **asked) == ({ONE} if holds else set())


@pytest.mark.parametrize(
    ("after", "holds"),
    [(-1, False), (0, True), (59, True), (60, False), (61, False)],
)
def test_a_schedule_includes_its_start_and_not_its_end(after, holds):
    rules = of(hide(starts=NOON.timestamp(), ends=(NOON + timedelta(minutes=1)).timestamp()))

    assert hidden(rules, moment=NOON + timedelta(seconds=after)) == ({ONE} if holds else set())


def test_the_stamp_changes_with_the_rules_and_with_the_clock_and_with_nothing_else():
    rules = of(hide(starts=NOON.timestamp()))
    before, at = rules.stamp(NOON - timedelta(seconds=1)), rules.stamp(NOON)

    assert before != at
    assert rules.stamp(NOON + timedelta(days=1)) == at
    assert of(hide(starts=NOON.timestamp())).stamp(NOON) == at
    assert of(hide(TWO, starts=NOON.timestamp())).stamp(NOON) != at
    assert of(hide(starts=NOON.timestamp()), subtrees={TWO: frozenset({TWO})}).stamp(NOON) != at
    assert ActiveRules().stamp() == ""


def test_lists_of_one_kind_are_compiled_once():
    rules = of(hide(), hide(TWO, slot="home"))

    found = rules.of_list(slot="home", intent="for_you")
    assert rules.of_list(slot="home", intent="for_you") is found
    assert rules.of_list(slot="cart", intent="for_you") is rules.of_list(slot="order", intent="for_you")
    assert rules.of_list(slot="cart", intent="for_you").stamp != found.stamp
    assert ActiveRules().of_list(slot="home", intent="for_you") is NO_RULES


def test_a_category_includes_those_below_and_factors_multiply_within_bounds():
    below = {TWO: frozenset({TWO, THREE})}
    rules = of(
        ActiveRule("hide", category_id=TWO),
        ActiveRule("boost", category_id=TWO, factor=3.0),
        ActiveRule("bury", category_id=THREE, factor=0.5),
        ActiveRule("boost", product_id=ONE, factor=10.0),
        ActiveRule("boost", product_id=ONE, factor=10.0),
        ActiveRule("boost", product_id=ONE, factor=10.0),
        subtrees=below,
    ).of_list(slot="", intent="for_you")

    assert rules.hidden_categories == {TWO, THREE}
    assert rules.category_factors == {TWO: 3.0, THREE: 1.5}
    assert rules.product_factors == {ONE: MOST_FACTOR}


def test_pins_by_position_and_a_product_has_one():
    rules = of(
        ActiveRule("pin", product_id=TWO, position=5),
        ActiveRule("pin", product_id=ONE, position=9),
        ActiveRule("pin", product_id=ONE, position=2),
        ActiveRule("pin", product_id=THREE, position=2),
    ).of_list(slot="", intent="for_you")

    assert rules.pins == (Pin(2, ONE), Pin(2, THREE), Pin(5, TWO))


def test_a_stored_rule_is_read_as_it_was_written():
    row = Rule(
        action="boost",
        product_id=ONE,
        factor=2.5,
        slot="home",
        intent="similar",
        listed_category_id=TWO,
        segment={"model_version": "v1", "number": 2, "name": "Lamps"},
        starts_at=NOON,
    )

    assert rules_of([row.content()]) == (
        ActiveRule(
            "boost",
            product_id=ONE,
            factor=2.5,
            slot="home",
            intent="similar",
            listed_category_id=TWO,
            segment=SEGMENT,
            starts=NOON.timestamp(),
        ),
    )


@pytest.mark.parametrize("damage", [{"action": "explode"}, {"product_id": "x"}, {"starts_at": "soon"}])
def test_what_cannot_be_read_is_left_out_and_logged(damage, caplog):
    good = Rule(action="hide", product_id=ONE).content()

    assert len(rules_of([good | damage, good])) == 1
    assert "is not usable" in caplog.text
