"""The order that suits a shopper: bounded, harmless without anybody who knows, and kind to exact matches."""

import uuid

import pytest

from shop.catalogue.lists import preference_order
from shop.catalogue.lists.preference_order import ANY_LIST, TASTE_WEIGHT, Place, in_preference_order, places
from shop.catalogue.models import Product
from shop.search import search_products
from tests.factories import ProductFactory

SHOPPER = uuid.UUID(int=7)
A, B, C = (uuid.UUID(int=number) for number in (1, 2, 3))


def place(product_id, title="", relevance=None) -> Place:
    return Place(product_id, (), title, relevance)


def test_the_best_score_comes_first_and_equal_ones_stay(taste):
    taste.scores = {C: 0.5}

    assert in_preference_order([place(A), place(B), place(C)], SHOPPER, ANY_LIST) == [C, A, B]
    assert taste.asked == [(SHOPPER, 3)]


@pytest.mark.parametrize("why", ["nobody plugged in", "nobody known", "stranger", "nothing suits"])
def test_otherwise_the_order_stays(taste, monkeypatch, why):
    taste.scores = {} if why == "nothing suits" else {B: 1.0}
    taste.knows_shopper = why != "stranger"
    if why == "nobody plugged in":
        monkeypatch.setattr(preference_order, "_plug", preference_order._Plug())

    assert in_preference_order([place(A), place(B)], None if why == "nobody known" else SHOPPER, ANY_LIST) == [A, B]
    assert in_preference_order([], SHOPPER, ANY_LIST) == []


def test_a_search_result_rises_above_slightly_better_matches_only(taste):
    taste.scores = {C: 2.0}
    found = [place(A, relevance=10.0), place(B, relevance=9.0), place(C, relevance=8.0)]

    assert in_preference_order(found, SHOPPER, ANY_LIST, query="lamp") == [C, A, B]

    weak = [*found[:2], place(C, relevance=10.0 * (1 - TASTE_WEIGHT) - 0.1)]
    assert in_preference_order(weak, SHOPPER, ANY_LIST, query="lamp") == [A, C, B]


def test_a_title_that_is_the_words_stays_in_front(taste):
    taste.scores = {A: 1.0}
    found = [place(A, "Desk lamp shade", 5.0), place(B, "Desk  Lamp", 5.0)]

    assert in_preference_order(found, SHOPPER, ANY_LIST, query="desk lamp ") == [B, A]
    assert in_preference_order(found, SHOPPER, ANY_LIST, query="lamp") == [A, B]


def test_matches_that_all_measure_nothing_are_ordered_by_taste(taste):
    taste.scores = {B: 1.0}

    assert in_preference_order([place(A, relevance=0.0), place(B, relevance=0.0)], SHOPPER, ANY_LIST) == [B, A]


@pytest.mark.django_db
def test_places_are_the_first_of_a_list_with_what_it_is_ordered_by(category, django_assert_num_queries):
    rows = [ProductFactory(category=category, title="Lamp", rating_sum=n, rating_count=n) for n in range(4)]

    with django_assert_num_queries(1):
        first = places(Product.objects.published().for_card().by_popularity(), 2)
    assert [place.product_id for place in first] == [rows[3].pk, rows[2].pk]
    assert [place.position for place in first] == [(3, rows[3].pk), (2, rows[2].pk)]
    assert first[0].relevance is None

    found = places(search_products("lamp"))
    assert [place.title for place in found] == ["Lamp"] * 4
    assert all(place.relevance == place.position[0] for place in found)
