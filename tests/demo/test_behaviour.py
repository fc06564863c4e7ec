"""Demo shoppers follow the tastes planted in them, and do the same things each time."""

import random
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from demo.behaviour import (
    DAYS,
    SURGE_DAYS,
    Market,
    Plan,
    Taste,
    is_surging,
    plan_shoppers,
    shopper_id,
    stars_for,
    taste_of,
)
from demo.catalogue import compose_catalogue
from demo.tables import Style

SHOPPERS = 120


@pytest.fixture(scope="module")
def events(market):
    return plan_shoppers(market, SHOPPERS)


@pytest.fixture(scope="module")
def by_id(catalogue):
    return {product.id: product for product in catalogue}


@pytest.fixture(scope="module")
def orders(events, by_id):
    """The products of each order: what one shopper bought at one moment."""
    baskets = defaultdict(list)
    for event in events:
        if event.kind == "purchase":
            baskets[event.shopper_id, event.occurred_at].append(by_id[event.product_id])
    return list(baskets.values())


def test_the_planted_taste_shows(events, by_id, market):
    tastes = {shopper_id(number): taste_of(number, market.all_groups) for number in range(1, SHOPPERS + 1)}
    views = [(tastes[event.shopper_id], by_id[event.product_id]) for event in events if event.kind == "view"]
    in_groups = [product for taste, product in views if product.group.name in taste.groups]
    of_style = [product for taste, product in views if product.style == taste.style]

    assert len(in_groups) / len(views) > 0.75
    assert len(of_style) / len(views) > 0.5


def test_tastes_cover_all_groups_and_styles(market):
    tastes = [taste_of(number, market.all_groups) for number in range(1, 401)]

    assert {group for taste in tastes for group in taste.groups} == set(market.all_groups)
    assert {taste.style for taste in tastes} == set(Style)
    assert {len(taste.groups) for taste in tastes} == {1, 2, 3}


def test_kinds_come_in_sensible_shares(events):
    kinds = Counter(event.kind for event in events)

    assert set(kinds) == {"view", "search", "search_click", "add_to_cart", "purchase", "rate"}
    assert kinds["search_click"] == kinds["search"]
    assert kinds["view"] > 3 * kinds["add_to_cart"]
    assert kinds["add_to_cart"] > kinds["purchase"] > 1.5 * kinds["rate"]
    assert 25 < len(events) / SHOPPERS < 50


def test_events_have_what_their_kind_needs(events, by_id):
    for event in events:
        assert (event.product_id is None) == (event.kind == "search")
        assert bool(event.query) == (event.kind in {"search", "search_click"})
        if event.kind == "rate":
            assert event.value in {1, 2, 3, 4, 5}
        if event.kind == "purchase":
            assert event.value >= 1
        assert event.product_id is None or event.product_id in by_id


def test_events_lie_in_the_last_three_months_oldest_first(events, market, now):
    moments = [event.occurred_at for event in events]

    assert moments == sorted(moments)
    assert market.now == now.replace(hour=0, minute=0)
    assert market.now - timedelta(days=DAYS) <= moments[0]
    assert moments[-1] < market.now
    middle = moments[len(moments) // 2]
    assert market.now - middle < timedelta(days=DAYS / 2)


def test_what_goes_together_is_bought_together(orders):
    pairs: Counter[bool] = Counter()
    for order in orders:
        for first in order:
            for second in order:
                if first is not second:
                    pairs[second.type.drawing in first.type.goes_with] += 1

    assert len(orders) > 150
    assert pairs[True] > pairs[False]


def test_nobody_buys_a_second_one_of_a_type(events, by_id):
    bought = Counter(
        (event.shopper_id, by_id[event.product_id].type.drawing) for event in events if event.kind == "purchase"
    )

    assert set(bought.values()) == {1}


def test_a_purchase_was_viewed_and_carted_before(events):
    seen: dict[tuple, set[str]] = defaultdict(set)
    for event in events:
        if event.kind == "purchase":
            assert {"view", "add_to_cart"} <= seen[event.shopper_id, event.product_id]
        seen[event.shopper_id, event.product_id].add(event.kind)


def test_a_few_products_surge_in_the_last_days(events, by_id, catalogue, market):
    surging = {product.id for product in catalogue if is_surging(product)}
    views = [event for event in events if event.kind == "view"]
    lately = [event for event in views if market.now - event.occurred_at < timedelta(days=SURGE_DAYS)]

    def share(of):
        return sum(event.product_id in surging for event in of) / len(of)

    assert 5 <= len(surging) <= 25
    assert share(lately) > 2 * share(views)


def test_another_day_brings_the_same_events_that_much_later(catalogue, market, now):
    later = plan_shoppers(Market(catalogue, now + timedelta(days=3, hours=7)), 5)
    earlier = plan_shoppers(market, 5)

    assert [event.id for event in later] == [event.id for event in earlier]
    assert {b.occurred_at - a.occurred_at for a, b in zip(earlier, later, strict=True)} == {timedelta(days=3)}


def test_ids_are_unique_and_more_shoppers_leave_the_others_alone(events, market):
    assert len({event.id for event in events}) == len(events)
    few = {event.id for event in plan_shoppers(market, 10)}
    assert few == {event.id for event in events if event.shopper_id in {shopper_id(n) for n in range(1, 11)}}


def test_no_shoppers_do_nothing(market):
    assert plan_shoppers(market, 0) == []


def test_a_single_product_is_enough(now):
    market = Market(compose_catalogue(1), now)
    events = plan_shoppers(market, 20)

    assert {event.product_id for event in events if event.product_id} == {market.groups["Coffee & Tea"][0].id}


def test_an_account_orders_as_often_as_told_and_gives_no_stars(market, shopper):
    past = Plan(market, shopper, Taste(("Camping", "Speakers"), Style.BOLD)).past(30, rates=False, most_orders=2)

    assert len(past.orders) == 2
    assert "rate" not in {event.kind for event in past.events}
    purchases = {event.id for event in past.events if event.kind == "purchase"}
    assert len(purchases) == sum(len(order.lines) for order in past.orders)


def test_stars_are_whole_and_follow_quality(catalogue):
    class Even(random.Random):
        """No chance at all."""

        def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
            return mu

    product = catalogue[0]
    liked, other = Taste((), product.style), Taste((), Style.BOLD)

    assert stars_for(Even(), product, liked) == round(product.quality + 0.3)
    assert stars_for(Even(), product, other) == round(product.quality - 0.1)
