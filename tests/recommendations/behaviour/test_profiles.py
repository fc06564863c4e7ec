"""Histories and vectors of shoppers."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.behaviour.models import Interaction
from recommendations.behaviour.profiles import (
    MOST_RECENT,
    MOST_SEARCHES,
    Event,
    History,
    build_history,
    fold_in,
    read_history,
)
from tests.factories import ProductFactory
from tests.recommendations.publishing import index_now, publish

START = datetime(2026, 1, 1, tzinfo=UTC)
A, B, C = (uuid.UUID(int=number) for number in (1, 2, 3))


def event(kind: Kind, product=None, *, day: float = 0, value=None, query="", category=None, shopper=None) -> Event:
    return Event(kind, product, value, query, START + timedelta(days=day), category, shopper)


def test_no_events_make_an_empty_history():
    assert build_history([]) == History()


def test_recent_products_come_newest_first_once_with_their_strongest_kind():
    history = build_history(
        [
            event(Kind.ADD_TO_CART, A, day=3),
            event(Kind.VIEW, B, day=2),
            event(Kind.VIEW, A, day=1),
            event(Kind.VIEW, C, day=3.5),
        ]
    )

    assert [(product.product_id, product.kind) for product in history.recent] == [
        (C, Kind.VIEW),
        (A, Kind.ADD_TO_CART),
        (B, Kind.VIEW),
    ]
    assert set(history.row) == {A, B, C}
    assert history.row[A] > history.row[C] > history.row[B]


def test_recent_products_are_limited_but_the_row_is_not():
    events = [event(Kind.VIEW, uuid.UUID(int=number), day=number) for number in range(MOST_RECENT + 10)]
    history = build_history(events)

    assert len(history.recent) == MOST_RECENT
    assert history.recent[0].product_id == uuid.UUID(int=MOST_RECENT + 9)
    assert len(history.row) == MOST_RECENT + 10


def test_bought_and_rated_products_are_owned():
    history = build_history([event(Kind.PURCHASE, A), event(Kind.RATE, B, value=5), event(Kind.VIEW, C)])

    assert set(history.bought) == {A, B}


def test_a_dismissal_can_be_taken_back_and_given_again():
    events = [event(Kind.NOT_INTERESTED, A, day=1, value=1), event(Kind.VIEW, A, day=0)]
    assert build_history(events).not_interested == (A,)
    assert build_history(events).recent == ()

    events.append(event(Kind.NOT_INTERESTED, A, day=2, value=0))
    assert build_history(events).not_interested == ()
    assert [product.product_id for product in build_history(events).recent] == [A]

    events.append(event(Kind.NOT_INTERESTED, A, day=3, value=1))
    assert build_history(events).not_interested == (A,)


def test_viewed_products_are_those_looked_at_newest_first_each_once():
    history = build_history(
        [
            event(Kind.VIEW, A, day=1),
            event(Kind.SEARCH_CLICK, B, day=2),
            event(Kind.VIEW, A, day=3),
            event(Kind.ADD_TO_CART, C, day=4),
        ]
    )

    assert history.viewed == (A, B)


def test_cleared_views_count_for_nothing_but_what_was_carted_stays():
    events = [
        event(Kind.VIEW, A, day=1),
        event(Kind.SEARCH_CLICK, B, day=2, query="lamp"),
        event(Kind.VIEW, C, day=2),
        event(Kind.ADD_TO_CART, C, day=2),
        event(Kind.CLEAR_VIEWED, day=3),
    ]
    history = build_history(events)

    assert history.viewed == history.searches == ()
    assert [(product.product_id, product.kind) for product in history.recent] == [(C, Kind.ADD_TO_CART)]
    assert set(history.row) == {C}

    again = build_history([*events, event(Kind.VIEW, B, day=4)])
    assert again.viewed == (B,)


def test_a_visitor_clears_their_own_views_and_an_account_all_of_them():
    account, visitor = uuid.UUID(int=11), uuid.UUID(int=12)
    views = [event(Kind.VIEW, A, day=1, shopper=account), event(Kind.VIEW, B, day=1, shopper=visitor)]

    by_visitor = build_history([*views, event(Kind.CLEAR_VIEWED, day=2, shopper=visitor)], [visitor])
    by_account = build_history([*views, event(Kind.CLEAR_VIEWED, day=2, shopper=account)], [visitor])
    alone = build_history([views[1], event(Kind.CLEAR_VIEWED, day=2, shopper=visitor)])

    assert by_visitor.viewed == (A,)
    assert by_account.viewed == alone.viewed == ()


def test_chosen_categories_come_newest_first_fade_and_can_be_taken_back():
    history = build_history(
        [
            event(Kind.CHOOSE_CATEGORY, category=A, day=0, value=1),
            event(Kind.CHOOSE_CATEGORY, category=B, day=0, value=1),
            event(Kind.CHOOSE_CATEGORY, category=B, day=1, value=0),
            event(Kind.CHOOSE_CATEGORY, category=C, day=90, value=1),
        ]
    )

    assert [choice.category_id for choice in history.chosen] == [C, A]
    assert [choice.weight for choice in history.chosen] == pytest.approx([3.0, 1.5])
    assert history.recent == ()
    assert history.row == {}


def test_of_two_choices_at_the_same_moment_the_later_row_counts():
    events = [event(Kind.CHOOSE_CATEGORY, category=A, value=1), event(Kind.CHOOSE_CATEGORY, category=A, value=0)]

    assert build_history(events).chosen == ()
    assert len(build_history(events[::-1]).chosen) == 1


def test_a_profile_stored_before_viewed_products_were_kept_shows_the_recent_ones():
    stored = build_history([event(Kind.VIEW, A)]).to_json()
    del stored["viewed"]

    assert History.from_json(stored).viewed == (A,)


def test_searches_are_kept_once_newest_first_and_fade():
    history = build_history(
        [
            event(Kind.SEARCH, query="Blue  Kettle", day=0),
            event(Kind.SEARCH, query="lamp", day=1),
            event(Kind.SEARCH, query="blue kettle", day=7),
            event(Kind.SEARCH_CLICK, A, query="teapot", day=8),
        ]
    )

    assert [search.query for search in history.searches] == ["teapot", "blue kettle", "lamp"]
    assert history.searches[1].weight == pytest.approx(0.5 ** (1 / 7))
    assert history.searches[2].weight == pytest.approx(0.5)


def test_only_so_many_searches_are_kept():
    history = build_history([event(Kind.SEARCH, query=f"word {number}", day=number) for number in range(30)])

    assert len(history.searches) == MOST_SEARCHES
    assert history.searches[0].query == "word 29"


def test_a_history_survives_storing():
    history = build_history(
        [
            event(Kind.PURCHASE, A, day=1),
            event(Kind.VIEW, B, day=1),
            event(Kind.NOT_INTERESTED, C, value=1),
            event(Kind.SEARCH, query="lamp", day=1),
            event(Kind.CHOOSE_CATEGORY, category=A, value=1, day=1),
        ],
        visitors=[C],
    )

    assert History.from_json(history.to_json()) == history
    assert History.from_json({}) == History()


@pytest.mark.django_db
def test_the_log_is_read_for_the_shopper_and_their_visitors_only():
    shopper, visitor, stranger = (uuid.UUID(int=number) for number in (11, 12, 13))
    for owner, product in ((shopper, A), (visitor, B), (stranger, C)):
        Interaction.objects.create(shopper_id=owner, kind=Kind.VIEW, product_id=product)

    count, history = read_history(shopper, [visitor])

    assert count == 2
    assert {product.product_id for product in history.recent} == {A, B}
    assert history.visitors == (visitor,)


@pytest.mark.django_db
def test_the_vector_is_the_towers_and_unknown_products_are_passed_over():
    first, second = ProductFactory(), ProductFactory()
    publish([first, second], [[1, 0], [0, 1]])
    index = index_now()

    vector = fold_in(index, {first.pk: 3.0, second.pk: 4.0, A: 9.0})

    assert vector is not None
    assert vector.tolist() == pytest.approx([0.6, 0.8], abs=1e-6)
    assert fold_in(index, {A: 1.0}) is None
    assert fold_in(index, {}) is None
