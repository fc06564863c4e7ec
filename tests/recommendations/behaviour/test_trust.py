"""The events that count."""

import numpy as np

from recommendations.behaviour.event_weights import Kind, Log
from recommendations.behaviour.trust import (
    MOST_PER_MINUTE,
    NEWCOMERS,
    SHOPPERS_OF_ONE_ORIGIN,
    Counted,
    Source,
    counted,
    too_fast,
)
from tests.recommendations.behaviour.test_event_weights import log_of


def judge(log: Log, *, live: bool = True, origins: list[int] | None = None) -> Counted:
    here = np.full(len(log), -1) if origins is None else np.array(origins)
    return counted(log, Source(np.full(len(log), live), here.astype(np.int32)))


def views(*rows: tuple[int, int, float]) -> Log:
    """shopper, product, day"""
    return log_of(*((shopper, product, Kind.VIEW, None, day) for shopper, product, day in rows))


def test_nothing_happened():
    nothing = views((0, 0, 1)).select(np.zeros(1, bool))

    assert judge(nothing).rows.size == 0
    assert too_fast(nothing.shoppers, nothing.times).size == 0


def test_a_shopper_who_is_too_fast_counts_nowhere():
    second = 1 / 86_400
    fast = [(0, number % 7, 10 + number * second / 4) for number in range(MOST_PER_MINUTE + 1)]
    slow = [(1, number % 7, 10 + number * second) for number in range(MOST_PER_MINUTE + 1)]
    log = views(*fast, *slow, (0, 3, 200))

    found = judge(log)

    assert set(log.shoppers[found.rows]) == {1}
    assert found.too_fast == MOST_PER_MINUTE + 2
    assert judge(log, live=False).rows.all()


def test_purchases_and_exactly_the_limit_count():
    at_once = views(*[(0, number, 10) for number in range(MOST_PER_MINUTE)])
    order = log_of(*((0, number, Kind.PURCHASE, 1, 10) for number in range(MOST_PER_MINUTE + 5)))

    assert judge(at_once).rows.all()
    assert judge(order).rows.all()


def test_of_one_origin_the_first_shoppers_count_for_a_product():
    log = views(*((shopper, 0, 10 + shopper) for shopper in range(8)), (7, 1, 30), (7, 0, 40), (0, 0, 41))

    found = judge(log, origins=[5] * 11)

    assert SHOPPERS_OF_ONE_ORIGIN == 5
    assert found.rows.tolist() == [True] * 5 + [False] * 3 + [True, False, True]
    assert found.of_one_origin == 4
    assert judge(log, origins=[*range(8), 7, 7, 0]).rows.all()
    assert judge(log).rows.all()


def test_a_rush_of_newcomers_is_cut_to_what_is_usual():
    regulars = [(shopper, product, day) for shopper in range(30) for product in range(10) for day in (1, 2, 3)]
    newcomers = [(100 + number, number % 10, 4) for number in range(300)]
    rush = [(1_000 + number, 0, 5 + number / 1_000) for number in range(500)]
    log = views(*regulars, *newcomers, *rush)

    found = judge(log)

    usual = (300 + 500) / 300
    left = log.shoppers[found.rows & (log.products == 0)]
    kept = int(np.ceil(NEWCOMERS + 3 * usual * 31))
    assert np.unique(left[left >= 100]).size == kept
    assert set(left[left >= 1_000]) == set(range(1_000, 1_000 + kept - 30))
    assert found.rows[log.products != 0].all()
    assert found.rush == 530 - kept


def test_whoever_bought_or_came_on_three_days_is_no_newcomer():
    few = [(shopper, 0, day) for shopper in range(2) for day in (1, 2, 3)]
    buyers = log_of(*((10 + number, 1, Kind.PURCHASE, 1, 1) for number in range(60)))
    looks = views(*few, *((10 + number, 0, 2) for number in range(60)))
    log = Log(*(np.concatenate([getattr(part, name) for part in (buyers, looks)]) for name in Log.__annotations__))

    assert judge(log).rows.all()


def test_in_a_shop_without_known_shoppers_everybody_counts():
    assert judge(views(*((shopper, 0, 1) for shopper in range(500)))).rows.all()
