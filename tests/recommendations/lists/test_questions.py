"""Starting points of lists, and what candidates tell of the shopper's past."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.profiles import History, RecentProduct, Search
from recommendations.lists.context import RankingContext
from recommendations.lists.intents.complementary import MOST_ANCHORS
from recommendations.lists.intents.registry import COMPLEMENTARY, FOR_YOU
from recommendations.lists.questions import Candidate, Question
from recommendations.shoppers.profiles import Profile
from tests.recommendations.publishing import served_now

pytestmark = pytest.mark.django_db


def ranked_for(history: History) -> tuple[Candidate, ...]:
    return FOR_YOU.candidates(RankingContext(Question(FOR_YOU), Profile(history), served_now()), 10).ranked


def test_what_complementary_products_start_from():
    basket, product = (uuid.UUID(int=1), uuid.UUID(int=2)), uuid.UUID(int=3)
    recent = [RecentProduct(uuid.UUID(int=10 + n), Kind.ADD_TO_CART if n % 2 else Kind.VIEW, 1.0) for n in range(20)]
    history = History(recent=tuple(recent))

    def points(**options) -> tuple[uuid.UUID, ...]:
        return COMPLEMENTARY.starting_points(Question(COMPLEMENTARY, **options), history)

    assert points(basket=basket, product_id=product) == basket
    assert points(product_id=product) == (product,)
    assert points() == tuple(uuid.UUID(int=10 + n) for n in (1, 3, 5, 7, 9))[:MOST_ANCHORS]
    assert COMPLEMENTARY.starting_points(Question(COMPLEMENTARY), History()) == ()


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (Kind.VIEW, "viewed_similar"),
        (Kind.SEARCH_CLICK, "viewed_similar"),
        (Kind.ADD_TO_CART, "carted_similar"),
        (Kind.PURCHASE, "bought_similar"),
        (Kind.RATE, "rated_similar"),
    ],
)
def test_a_candidate_says_what_was_done_with_the_product_it_is_like(kind, code, products, published):
    history = History(recent=(RecentProduct(products[3].pk, kind, 5.0),))

    found = ranked_for(history)

    assert {candidate.code for candidate in found if candidate.anchor_id == products[3].pk} == {code}


def test_a_candidate_names_the_newest_search_that_held_its_words(products, published):
    word = products[0].title.split()[0]
    newest, older = Search(f"old {word}", 0.9), Search(word, 0.8)
    history = History(searches=(Search("unheard of", 1.0), newest, older))

    found = ranked_for(history)

    matches = {candidate.search for candidate in found if candidate.code == "search_match"}
    assert matches == {newest.query}
    assert {candidate.search for candidate in found if candidate.code != "search_match"} <= {""}
