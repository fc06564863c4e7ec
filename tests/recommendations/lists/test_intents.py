"""What is asked of the ranking."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.profiles import History, RecentProduct, Search
from recommendations.lists.intents import MOST_ANCHORS, candidates, shopper_state, starting_points
from recommendations.lists.requests import Intent, Request
from recommendations.shoppers.known import KnownShopper
from tests.recommendations.publishing import index_now, served_now

pytestmark = pytest.mark.django_db


def test_what_complementary_products_start_from():
    basket, product = (uuid.UUID(int=1), uuid.UUID(int=2)), uuid.UUID(int=3)
    recent = [RecentProduct(uuid.UUID(int=10 + n), Kind.ADD_TO_CART if n % 2 else Kind.VIEW, 1.0) for n in range(20)]
    history = History(recent=tuple(recent))

    def points(**options) -> tuple[uuid.UUID, ...]:
        return starting_points(Request(Intent.COMPLEMENTARY, 5, **options), history)

    assert points(basket=basket, product_id=product) == basket
    assert points(product_id=product) == (product,)
    assert points() == tuple(uuid.UUID(int=10 + n) for n in (1, 3, 5, 7, 9))[:MOST_ANCHORS]
    assert starting_points(Request(Intent.COMPLEMENTARY, 5), History()) == ()


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

    state = shopper_state(KnownShopper(history), index)

    assert state.recent.tolist() == [3, 1]
    assert state.recent_weights.tolist() == [5.0, 1.0]
    assert state.recent_bought.tolist() == [True, False]
    assert sorted(state.excluded.tolist()) == [3, 5]
    terms, weights = state.term_weights
    assert terms.tolist() == sorted(set(terms.tolist()))
    assert {word.lower() for word in products[0].title.split()} == set(index.terms.words_of(terms))
    assert (weights > 0).all()


def test_an_empty_history_is_an_empty_state(products, published):
    state = shopper_state(KnownShopper(History()), index_now())

    assert (state.recent.size, state.excluded.size, state.term_weights[0].size, state.vector) == (0, 0, 0, None)


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

    found = candidates(Request(Intent.FOR_YOU, 10), KnownShopper(history), served_now()).ranked

    assert {candidate.code for candidate in found if candidate.anchor_id == products[3].pk} == {code}


def test_a_candidate_names_the_newest_search_that_held_its_words(products, published):
    word = products[0].title.split()[0]
    newest, older = Search(f"old {word}", 0.9), Search(word, 0.8)
    history = History(searches=(Search("unheard of", 1.0), newest, older))

    found = candidates(Request(Intent.FOR_YOU, 10), KnownShopper(history), served_now()).ranked

    matches = {candidate.search for candidate in found if candidate.code == "search_match"}
    assert matches == {newest.query}
    assert {candidate.search for candidate in found if candidate.code != "search_match"} <= {""}
