"""Rules that the database refuses, and the states of schedules."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, router, transaction

from recommendations.rules.models import Rule, RuleChange, RuleSet

pytestmark = pytest.mark.django_db

PRODUCT, CATEGORY = uuid.UUID(int=1), uuid.UUID(int=2)
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
ABOUT = {"product_id": PRODUCT}


@pytest.mark.parametrize(
    "columns",
    [
        {"action": "hide"},
        ABOUT | {"action": "hide", "category_id": CATEGORY},
        {"action": "pin", "category_id": CATEGORY, "position": 1},
        ABOUT | {"action": "pin"},
        ABOUT | {"action": "pin", "position": 0},
        ABOUT | {"action": "pin", "position": 101},
        ABOUT | {"action": "hide", "position": 1},
        ABOUT | {"action": "boost"},
        ABOUT | {"action": "boost", "factor": 1.0},
        ABOUT | {"action": "boost", "factor": 11.0},
        ABOUT | {"action": "bury", "factor": 0.0},
        ABOUT | {"action": "bury", "factor": 1.0},
        ABOUT | {"action": "explode"},
        ABOUT | {"action": "hide", "starts_at": NOON, "ends_at": NOON},
    ],
    ids=str,
)
def test_what_makes_no_rule_cannot_be_stored(columns):
    row = RuleSet.objects.create(name="Autumn")

    with pytest.raises(IntegrityError), transaction.atomic(using=router.db_for_write(Rule)):
        Rule.objects.create(rule_set=row, **columns)
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("starts", "ends", "state"),
    [
        (None, None, "runs"),
        (0, None, "runs"),
        (1, None, "waiting"),
        (None, 0, "over"),
        (None, 1, "runs"),
        (-2, -1, "over"),
    ],
)
def test_a_schedule_includes_its_start_and_not_its_end(starts, ends, state):
    moments = [None if minutes is None else NOON + timedelta(minutes=minutes) for minutes in (starts, ends)]

    assert Rule(starts_at=moments[0], ends_at=moments[1]).state(NOON) == state


def test_a_rule_says_what_it_does():
    rules = [
        Rule(action="pin", product_id=PRODUCT, position=3),
        Rule(action="boost", category_id=CATEGORY, factor=2.5),
        Rule(action="hide", product_id=PRODUCT, slot="home", intent="similar", segment={"number": 1}, ends_at=NOON),
    ]

    assert [str(rule) for rule in rules] == [
        "Pin a product to 3",
        "Boost a category × 2.5",
        "Hide a product, in home, similar, for one segment, until 2026-03-01",
    ]


def test_the_history_is_written_once():
    change = RuleChange(rule_set_id=PRODUCT, rule_set_name="Autumn", verb="made")
    change.save()
    change.rule_set_name = "Winter"

    with pytest.raises(ValueError, match="never edited"):
        change.save()
    assert RuleChange.objects.get().rule_set_name == "Autumn"
