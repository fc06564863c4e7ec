"""What a question becomes before anything is ranked."""

import uuid
from datetime import UTC, datetime

import pytest

from recommendations.lists.discovering import discovery_for
from recommendations.lists.listing import candidates_needed
from recommendations.lists.requesting import MOST_BASKET, request_of
from recommendations.lists.requests import LARGEST_LIMIT, Intent, Question
from recommendations.rules.active_rules import ActiveRule, ActiveRules
from recommendations.shoppers.known import NOBODY
from tests.recommendations.publishing import served_now
from tests.recommendations.ruling import pin, rule_set
from tests.recommendations.shopping import SHOPPER

pytestmark = pytest.mark.django_db
EVENING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("limit", "places"), [(-5, 1), (0, 1), (7, 7), (10**9, LARGEST_LIMIT)])
def test_a_list_has_room_for_something_and_never_for_all(limit, places):
    assert Question(limit=limit).places == places


def test_a_request_says_all_that_was_asked(products):
    shown, basket = [uuid.uuid4(), uuid.uuid4()], [uuid.uuid4() for _ in range(MOST_BASKET + 3)]
    question = Question(Intent.COMPLEMENTARY, "cart", 4, products[0].pk, products[0].category_id, basket, shown)

    found = request_of(question, SHOPPER, NOBODY, None)

    assert (found.intent, found.product_id, found.category_id) == (
        Intent.COMPLEMENTARY, products[0].pk, products[0].category_id,
    )  # fmt: skip
    assert found.basket == tuple(basket[:MOST_BASKET])
    assert found.earlier == frozenset(shown)
    assert found.count == candidates_needed(4, 2, found.rules)
    assert found.moment is None


def test_rules_and_discoveries_are_those_of_the_moment(products, published, settings):
    settings.DISCOVERY_EVERY = 12
    rule_set("Now", pin(products[1], 2))
    now = request_of(Question(), SHOPPER, NOBODY, served_now())
    assert [one.product_id for one in now.rules.pins] == [products[1].pk]

    over = ActiveRules([ActiveRule("hide", product_id=products[2].pk, ends=EVENING.timestamp() - 1)])
    then = request_of(Question(moment=EVENING), SHOPPER, NOBODY, served_now(), over)

    assert then.rules.hidden_products == frozenset()
    assert then.discovery == discovery_for(SHOPPER, EVENING.date())
    assert then.discovery != now.discovery


def test_a_stranger_has_no_discoveries(published):
    assert request_of(Question(), None, NOBODY, served_now()).discovery is None
