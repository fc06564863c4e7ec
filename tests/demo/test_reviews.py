"""Demo reviews: words fit the stars, times and purchases are right."""

from collections import Counter
from datetime import timedelta

import pytest

from demo.behaviour import DAYS, DemoOrder, Taste
from demo.reviews import plan_reviews
from demo.tables import Style

TASTE = Taste(("Coffee & Tea",), Style.NATURAL)


@pytest.fixture
def reviews(catalogue, shopper, now):
    return plan_reviews(shopper, catalogue, (), TASTE, now=now, seed="test")


def test_most_products_are_reviewed_once(reviews, catalogue):
    assert 0.6 < len(reviews) / len(catalogue) < 0.8
    assert set(Counter(review.product.id for review in reviews).values()) == {1}
    assert len({review.id for review in reviews}) == len(reviews)


def test_stars_lean_to_the_good_side_and_vary(reviews):
    stars = Counter(review.stars for review in reviews)

    assert set(stars) >= {3, 4, 5}
    assert stars[5] + stars[4] > 3 * stars[3]


def test_texts_vary_and_some_have_no_words(reviews):
    bodies = Counter(review.body for review in reviews)

    assert 0 < bodies.pop("") < len(reviews) / 4
    assert max(bodies.values()) <= 6
    assert len(bodies) > 120
    for review in reviews:
        assert len(review.title) <= 150
        assert not review.body or review.body.endswith(".")


def test_what_was_ordered_is_a_verified_purchase_reviewed_afterwards(catalogue, shopper, now):
    order = DemoOrder(shopper, shopper, now - timedelta(days=40), tuple((product, 1) for product in catalogue[:20]))
    reviews = plan_reviews(shopper, (), (order,), TASTE, now=now, seed="test")

    assert 8 <= len(reviews) <= 20
    assert all(review.is_verified_purchase and review.author_id == shopper for review in reviews)
    assert all(timedelta(days=4) <= review.written_at - order.placed_at <= timedelta(days=20) for review in reviews)


def test_nothing_is_reviewed_before_it_was_for_sale_or_in_the_future(reviews, now):
    for review in reviews:
        assert not review.is_verified_purchase
        assert now - timedelta(days=min(DAYS, review.product.age_days)) <= review.written_at < now


def test_a_purchase_of_yesterday_has_no_review_yet(catalogue, shopper, now):
    order = DemoOrder(shopper, shopper, now - timedelta(days=1), ((catalogue[0], 1),))

    assert plan_reviews(shopper, (), (order,), TASTE, now=now, seed="test") == []


def test_the_same_seed_gives_the_same_reviews(catalogue, shopper, now, reviews):
    assert plan_reviews(shopper, catalogue, (), TASTE, now=now, seed="test") == reviews
    assert plan_reviews(shopper, catalogue, (), TASTE, now=now, seed="other") != reviews
