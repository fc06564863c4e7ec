"""Context of a list: the question, the rules, season and discoveries that hold, the shopper in the index's numbers."""

import uuid
from datetime import UTC, date, datetime

import pytest

from ml.ranking import Discovery
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.profiles import History, RecentProduct, Search
from recommendations.lists.arranging import SPARE_CANDIDATES, candidates_needed
from recommendations.lists.context import context_of, discovery_for, shopper_state
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU
from recommendations.lists.questions import LARGEST_BASKET, LARGEST_LIMIT, Question
from recommendations.rules.active_rules import ActiveRule, ActiveRules
from recommendations.shoppers.profiles import EMPTY_PROFILE, Profile
from tests.recommendations.publishing import index_now, served_now
from tests.recommendations.ruling import pin, rule_set
from tests.recommendations.shopping import SHOPPER

pytestmark = pytest.mark.django_db
SHOPPER_PROFILE = Profile(History(), shopper_id=SHOPPER)
DAY = date(2026, 1, 1)
EVENING = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(("limit", "expected"), [(-5, 1), (0, 1), (7, 7), (10**9, LARGEST_LIMIT)])
def test_a_list_has_room_for_something_and_never_for_all(limit, expected):
    assert Question(FOR_YOU, limit=limit).limit == expected


def test_a_question_takes_a_basket_and_earlier_pages_of_any_kind(products):
    shown, basket = [uuid.uuid4(), uuid.uuid4()], [uuid.uuid4() for _ in range(LARGEST_BASKET + 3)]
    question = Question(COMPLEMENTARY, "cart", 4, products[0].pk, products[0].category_id, basket, shown)

    context = context_of(question, SHOPPER_PROFILE, None)

    assert context.question is question
    assert question.basket == tuple(basket[:LARGEST_BASKET])
    assert question.earlier == frozenset(shown)
    assert candidates_needed(context) == 4 + 2 + SPARE_CANDIDATES + 2
    assert context.moment is None


def test_rules_and_discoveries_are_those_of_the_moment(products, published, settings):
    settings.DISCOVERY_EVERY = 12
    rule_set("Now", pin(products[1], 2))
    now = context_of(Question(FOR_YOU), SHOPPER_PROFILE, served_now())
    assert [one.product_id for one in now.rules.pins] == [products[1].pk]

    over = ActiveRules([ActiveRule("hide", product_id=products[2].pk, ends=EVENING.timestamp() - 1)])
    then = context_of(Question(FOR_YOU, moment=EVENING), SHOPPER_PROFILE, served_now(), rules=over)

    assert then.rules.hidden_products == frozenset()
    assert then.discovery == discovery_for(SHOPPER, EVENING.date())
    assert then.discovery != now.discovery


def test_a_stranger_has_no_discoveries(published):
    assert context_of(Question(FOR_YOU), EMPTY_PROFILE, served_now()).discovery is None


def test_a_shopper_discovers_the_same_all_day_and_others_tomorrow(settings):
    settings.DISCOVERY_EVERY = 6
    found = discovery_for(SHOPPER, DAY)

    assert found == Discovery(6, 12_260_622_341_572_878_016)  # sha256, so that every process draws the same
    assert discovery_for(SHOPPER, DAY) == found
    assert discovery_for(SHOPPER, date(2026, 1, 2)) != found
    assert discovery_for(uuid.UUID(int=2), DAY) != found


def test_strangers_and_a_shop_that_wants_none_discover_nothing(settings):
    assert discovery_for(None, DAY) is None
    settings.DISCOVERY_EVERY = 0
    assert discovery_for(SHOPPER, DAY) is None


def test_a_shopper_in_the_indexs_numbers(products, published):
    index = index_now()
    history = History(
        recent=(
            RecentProduct(products[3].pk, Kind.PURCHASE, 5.0),
            RecentProduct(uuid.uuid4(), Kind.VIEW, 4.0),
            RecentProduct(products[1].pk, Kind.VIEW, 1.0),
        ),
        bought=(products[3].pk, uuid.uuid4()),
        not_interested=(products[5].pk,),
        searches=(Search(products[0].title, 1.0), Search(products[0].title.split()[0], 0.5), Search("unheard of", 1.0)),
    )

    state = shopper_state(Profile(history), index)

    assert state.recent.tolist() == [3, 1]
    assert state.recent_weights.tolist() == [5.0, 1.0]
    assert state.recent_bought.tolist() == [True, False]
    assert sorted(state.excluded.tolist()) == [3, 5]
    terms, weights = state.term_weights
    assert terms.tolist() == sorted(set(terms.tolist()))
    assert {word.lower() for word in products[0].title.split()} == set(index.terms.words_of(terms))
    assert (weights > 0).all()


def test_an_empty_history_is_an_empty_state(products, published):
    state = shopper_state(Profile(History()), index_now())

    assert (state.recent.size, state.excluded.size, state.term_weights[0].size, state.vector) == (0, 0, 0, None)
