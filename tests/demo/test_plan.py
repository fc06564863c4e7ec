"""The whole demo: who has an account, and what is in their past."""

import uuid
from collections import Counter

import pytest

from demo.plan import ADMIN_EMAIL, PASSWORD, SHOPPER_EMAIL, account_emails, plan_demo
from demo.tables import DEPARTMENTS, Style


@pytest.fixture(scope="module")
def demo(market):
    return plan_demo(products=300, shoppers=3, now=market.now, known_accounts={})


def account(demo, email):
    return next(account for account in demo.accounts if account.email == email)


def test_one_shopper_one_admin_and_twelve_reviewers(demo):
    assert [account.email for account in demo.accounts] == account_emails()
    assert [account.email for account in demo.accounts if account.password == PASSWORD] == [SHOPPER_EMAIL, ADMIN_EMAIL]
    assert [account.email for account in demo.accounts if account.is_admin] == [ADMIN_EMAIL]
    assert [account.name for account in demo.accounts[2:]] == [f"Demo Reviewer {number}" for number in range(1, 13)]
    assert all(address.endswith("@kindred.example") for address in account_emails())


def test_the_shopper_has_two_orders_reviews_and_a_taste_that_shows(demo):
    shopper = account(demo, SHOPPER_EMAIL)
    lines = [product for order in shopper.orders for product, _ in order.lines]
    products = {product.id: product for product in demo.products}
    viewed = [products[event.product_id] for event in shopper.events if event.kind == "view"]

    assert len(shopper.orders) == 2
    assert {"kettle", "grinder", "turntable"} <= {product.type.drawing for product in lines}
    assert {product.style for product in lines} == {Style.NATURAL}
    assert Counter(product.style for product in viewed).most_common(1)[0][0] == Style.NATURAL
    assert len(shopper.reviews) >= 1
    assert all(review.is_verified_purchase for review in shopper.reviews)


def test_every_department_is_reviewed_by_three_reviewers(demo):
    reviewers = {
        department.name: {
            account.email
            for account in demo.accounts[2:]
            if sum(review.product.department == department for review in account.reviews) > 10
        }
        for department in DEPARTMENTS
    }

    assert {len(emails) for emails in reviewers.values()} == {3}
    reviewed = {review.product.id for account in demo.accounts for review in account.reviews}
    assert len(reviewed) > 270


def test_each_review_and_each_order_line_is_an_interaction(demo):
    for planned in demo.accounts:
        kinds = Counter(event.kind for event in planned.events)
        rated = {(event.product_id, event.value) for event in planned.events if event.kind == "rate"}
        assert rated == {(review.product.id, review.stars) for review in planned.reviews}
        assert kinds["purchase"] == sum(len(order.lines) for order in planned.orders)
        purchases = {event.id for event in planned.events if event.kind == "purchase"}
        assert purchases == {uuid.uuid5(order.id, p.id.hex) for order in planned.orders for p, _ in order.lines}
        assert {event.shopper_id for event in planned.events} <= {planned.id}


def test_all_events_are_unique_and_in_order(demo):
    events = demo.all_events

    assert len({event.id for event in events}) == len(events) > len(demo.events) > 0
    assert [event.occurred_at for event in events] == sorted(event.occurred_at for event in events)


def test_accounts_that_exist_keep_their_ids(market, demo):
    mine = uuid.uuid4()
    other = plan_demo(products=300, shoppers=0, now=market.now, known_accounts={SHOPPER_EMAIL: mine})
    before, after = account(demo, SHOPPER_EMAIL), account(other, SHOPPER_EMAIL)

    assert after.id == mine
    assert {event.shopper_id for event in after.events} == {mine}
    assert [event.product_id for event in after.events] == [event.product_id for event in before.events]
    assert other.events == []


@pytest.mark.parametrize("products", [1, 2, 9])
def test_a_tiny_catalogue_makes_a_whole_demo(market, products):
    demo = plan_demo(products=products, shoppers=2, now=market.now, known_accounts={})

    assert len(demo.products) == products
    assert len(demo.accounts) == 14
    assert demo.all_events


def test_impossible_numbers_are_refused(market):
    with pytest.raises(ValueError, match="cannot be -1 shoppers"):
        plan_demo(products=1, shoppers=-1, now=market.now, known_accounts={})
