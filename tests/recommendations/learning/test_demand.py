"""Popularity, trends and baskets from the log."""

import numpy as np
import pytest

from recommendations.behaviour.event_weights import EVENT_WEIGHTS, Kind
from recommendations.learning.demand import LARGEST_BASKET, popularity_weights, purchase_baskets, trending_weights
from tests.recommendations.behaviour.test_event_weights import DAY, log_of


def test_popularity_adds_what_time_has_left_of_each_event():
    half_life = EVENT_WEIGHTS[Kind.VIEW].half_life_days
    log = log_of((0, 0, Kind.VIEW, None, 100), (1, 0, Kind.VIEW, None, 100 - half_life), (0, 2, Kind.PURCHASE, 1, 100))

    assert popularity_weights(log, 4, 100 * DAY).tolist() == [1.5, 0.0, 5.0, 0.0]


def test_trends_halve_in_three_days_and_end():
    log = log_of(
        (0, 0, Kind.VIEW, None, 10),
        (1, 0, Kind.VIEW, None, 10),
        (0, 1, Kind.ADD_TO_CART, 1, 7),
        (0, 2, Kind.VIEW, None, 5),
    )

    assert trending_weights(log, 3, 10 * DAY).tolist() == [2.0, 1.5, 0.0]
    assert trending_weights(log, 3, 100 * DAY).tolist() == [0.0, 0.0, 0.0]


def test_trends_fade_from_hour_to_hour():
    """Half in 72 hours: what is an hour older counts one per cent less."""
    log = log_of(
        *[(shopper, 0, Kind.VIEW, None, 10 - 1.5) for shopper in range(3)],
        (0, 1, Kind.VIEW, None, 10 - 1 / 24),
        (1, 2, Kind.VIEW, None, 10),
    )
    now, later = (trending_weights(log, 3, moment * DAY) for moment in (10, 10 + 1 / 24))

    assert now == pytest.approx([3 * 2**-0.5, 2 ** (-1 / 72), 1.0])
    assert later == pytest.approx(now * 2 ** (-1 / 72))


def test_a_flood_of_one_shopper_counts_as_one_event():
    flood = log_of(*[(0, 0, Kind.VIEW, None, 10)] * 10_000, (1, 1, Kind.VIEW, None, 10), (2, 1, Kind.VIEW, None, 10))

    assert trending_weights(flood, 2, 10 * DAY).tolist() == [1.0, 2.0]
    assert popularity_weights(flood, 2, 10 * DAY).tolist() == [1.0, 2.0]


def test_what_is_bought_by_one_shopper_at_one_moment_is_a_basket():
    log = log_of(
        (0, 0, Kind.PURCHASE, 1, 1),
        (0, 1, Kind.PURCHASE, 1, 1),
        (1, 0, Kind.PURCHASE, 1, 1),
        (0, 2, Kind.PURCHASE, 1, 2),
        (0, 3, Kind.VIEW, None, 1),
    )
    baskets = purchase_baskets(log)

    assert baskets.items.tolist() == [0, 1, 0, 2]
    assert baskets.orders[0] == baskets.orders[1]
    assert len(set(baskets.orders.tolist())) == 3


def test_a_giant_order_says_nothing():
    rows = [(0, product, Kind.PURCHASE, 1, 1) for product in range(LARGEST_BASKET + 1)]

    assert purchase_baskets(log_of(*rows)).items.size == 0
    assert purchase_baskets(log_of(*rows[1:])).items.size == LARGEST_BASKET


def test_an_empty_log():
    log = log_of((0, 0, Kind.VIEW, None, 1)).select(np.zeros(1, bool))

    assert purchase_baskets(log).items.size == 0
    assert popularity_weights(log, 2, 0.0).tolist() == trending_weights(log, 2, 0.0).tolist() == [0.0, 0.0]
