"""Lists that many are served from one ranking: made once, and nobody's own is among them."""

import json
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.test import Client

from accounts.shoppers import COOKIE_NAME, visitor_token
from ml.ranking import Weights
from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.profiles import History, RecentProduct
from recommendations.lists.context import RankingContext
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU, INTENTS, SIMILAR, TRENDING
from recommendations.lists.questions import SHARED_STEP, Candidates, Intent, Question
from recommendations.lists.shared_lists import shared_list
from recommendations.shoppers.profiles import EMPTY_PROFILE, Profile
from recommendations.tasks import refresh_shopper
from shop.catalogue.models import Product
from tests.factories import ProductFactory
from tests.recommendations.publishing import ids, index_now, publish, served_now
from tests.recommendations.shopping import OTHER, SHOPPER, act, for_you, recommend

pytestmark = pytest.mark.django_db

NOTHING = Candidates(())


@pytest.fixture
def rankings(monkeypatch):
    """The lengths of the lists that were really ranked."""
    lengths: list[int] = []

    def counting(rank):
        def counted(self, context, count):
            lengths.append(count)
            return rank(self, context, count)

        return counted

    for intent in INTENTS.values():
        monkeypatch.setattr(type(intent), "rank", counting(type(intent).rank))
    return lengths


def context_for(intent: Intent, profile: Profile = EMPTY_PROFILE, **question) -> RankingContext:
    return RankingContext(Question(intent, **question), profile, served_now())


def test_threads_that_ask_at_once_wait_for_one_ranking(products, published):
    index, all_ask, may_end, calls = index_now(), threading.Barrier(21), threading.Event(), []

    def rank() -> Candidates:
        calls.append(1)
        may_end.wait(180)
        return NOTHING

    def ask() -> Candidates:
        all_ask.wait(180)
        return shared_list(index, "a question", rank)

    with ThreadPoolExecutor(20) as threads:
        answers = [threads.submit(ask) for _ in range(20)]
        all_ask.wait(180)
        may_end.set()
        assert all(answer.result() is NOTHING for answer in answers)
    assert len(calls) == 1


def test_a_ranking_that_fails_is_made_again(products, published):
    index = index_now()

    def fail() -> Candidates:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shared_list(index, "a question", fail)

    assert shared_list(index, "a question", lambda: NOTHING) is NOTHING


@pytest.mark.parametrize("intent", [FOR_YOU, TRENDING, SIMILAR, COMPLEMENTARY])
def test_strangers_share_a_ranking(products, published, rankings, intent):
    first, second = (
        recommend(shopper_id=shopper, intent=intent, limit=4, product_id=products[0].pk)
        for shopper in (None, uuid.uuid4())
    )

    assert ids(first.items) == ids(second.items)
    assert first.items == second.items
    assert len(rankings) == 1


def test_lists_of_nearly_one_length_are_one(products, published, rankings):
    for limit in (8, 10, 12):
        recommend(shopper_id=None, intent=TRENDING, limit=limit)

    assert rankings == [SHARED_STEP]


def test_other_weights_another_category_another_index_have_lists_of_their_own(products, published, rankings):
    served, context = served_now(), context_for(FOR_YOU)
    keyword = replace(context, served=replace(served, weights=Weights(0.0, 0.0, 0.0, 1.0)))
    with_overlay = replace(context, served=replace(served, index=served.index.with_overlay([])))
    of_category = context_for(FOR_YOU, category_id=products[0].category_id)
    for _ in range(2):
        for one in (context, keyword, with_overlay, of_category):
            FOR_YOU.candidates(one, 4)

    assert len(rankings) == 4


@pytest.mark.parametrize("intent", [SIMILAR, TRENDING, COMPLEMENTARY])
def test_a_known_shopper_gets_the_shared_list_without_what_is_unwanted(products, published, rankings, intent):
    unwanted = products[2].pk
    shopper = Profile(History(recent=(RecentProduct(products[4].pk, Kind.VIEW, 1.0),), not_interested=(unwanted,)))
    everybodys = intent.candidates(context_for(intent, product_id=products[0].pk), 6)

    own = intent.candidates(context_for(intent, shopper, product_id=products[0].pk), 6)

    assert unwanted in {candidate.product_id for candidate in everybodys.ranked}
    assert [candidate.product_id for candidate in own.ranked][:4] == [
        candidate.product_id for candidate in everybodys.ranked if candidate.product_id != unwanted
    ][:4]
    assert len(rankings) == 1


def test_who_dismissed_most_of_a_shared_list_gets_one_of_their_own(category, rankings):
    products = ProductFactory.create_batch(3 * SHARED_STEP, category=category, rating_sum=5, rating_count=1)
    publish(products)
    everybodys = TRENDING.candidates(context_for(TRENDING), 26).ranked
    shopper = Profile(History(not_interested=tuple(found.product_id for found in everybodys)))

    own = TRENDING.candidates(context_for(TRENDING, shopper), 10).ranked

    assert len(own) == 10
    assert shopper.unwanted.isdisjoint({candidate.product_id for candidate in own})


def test_stock_and_visibility_count_at_once(products, published, rankings):
    before = ids(for_you(None, limit=4).items)
    Product.objects.filter(pk=before[0]).update(stock=0)
    Product.objects.filter(pk=before[1]).update(is_published=False)

    after = ids(for_you(None, limit=4).items)

    assert len(rankings) == 1
    assert after[:2] == before[2:4]
    assert set(before[:2]).isdisjoint(after)


def test_nobody_is_shown_the_list_of_another(products, published):
    """Three sessions cross: each is answered as when it is alone, whoever asked before."""
    act(Kind.VIEW, products[2], shopper=SHOPPER)
    act(Kind.PURCHASE, products[5], shopper=OTHER, value=1)
    refresh_shopper(str(OTHER))
    clients: dict[uuid.UUID | None, Client] = {shopper: Client() for shopper in (SHOPPER, OTHER, None)}
    for known in (SHOPPER, OTHER):
        clients[known].cookies[COOKIE_NAME] = visitor_token(known)

    def answer(shopper: uuid.UUID | None) -> str:
        """What a client sees, without the list's own number."""
        response = clients[shopper].get("/api/v1/recommendations/?intent=for_you&limit=6").json()
        return json.dumps(response["items"])

    alone = {shopper: answer(shopper) for shopper in clients}
    for shopper in [SHOPPER, None, OTHER, None, SHOPPER, OTHER, OTHER, None, SHOPPER] * 3:
        assert answer(shopper) == alone[shopper]

    assert len(set(alone.values())) == 3
    for code in ("viewed_similar", "bought_similar", "category_liked", "search_match"):
        assert code not in alone[None]
