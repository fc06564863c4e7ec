"""Many shoppers at the same moment, as threads with connections of their own."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from accounts.shoppers import TOKEN_HEADER, Shopper, visitor_token
from shop.cart.models import Cart, CartItem
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from shop.opinions.models import Review
from shop.opinions.services import record_review
from shop.orders.models import Order
from shop.orders.services import place_order
from tests.factories import ProductFactory, UserFactory

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("shop_events")]


def visitors(count: int) -> list[Shopper]:
    return [Shopper(uuid.uuid4()) for _ in range(count)]


def at_once(actions: list[Callable[[], Any]]) -> list[Any]:
    """Start all actions at the same moment; return what each returned, or the error it raised."""
    outcomes: list[Any] = [None] * len(actions)
    gate = threading.Barrier(len(actions))

    def run(place: int, action: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            gate.wait(timeout=180)
            outcomes[place] = action()
        except Exception as error:  # noqa: BLE001 whatever was raised is the outcome under test
            outcomes[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, action)) for place, action in enumerate(actions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=300)
    return outcomes


def kinds(outcomes: list[Any]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def test_the_last_piece_is_sold_once(address):
    product = ProductFactory(stock=1)
    shoppers = visitors(50)
    for shopper in shoppers:
        add_to_cart(shopper=shopper, product_id=product.pk)

    outcomes = at_once(
        [
            lambda shopper=shopper: place_order(shopper=shopper, checkout_key=uuid.uuid4(), address=address)  # type: ignore[misc]
            for shopper in shoppers
        ]
    )

    assert kinds(outcomes) == {"Order": 1, "CheckoutConflict": 49}
    product.refresh_from_db()
    assert product.stock == 0
    assert Order.objects.count() == 1
    assert CartItem.objects.count() == 49


def test_pieces_are_not_sold_by_halves(address):
    """Three pieces, everybody wants two: one order, and the third piece stays."""
    product = ProductFactory(stock=3)
    shoppers = visitors(20)
    for shopper in shoppers:
        add_to_cart(shopper=shopper, product_id=product.pk, quantity=2)

    outcomes = at_once(
        [
            lambda shopper=shopper: place_order(shopper=shopper, checkout_key=uuid.uuid4(), address=address)  # type: ignore[misc]
            for shopper in shoppers
        ]
    )

    assert kinds(outcomes) == {"Order": 1, "CheckoutConflict": 19}
    product.refresh_from_db()
    assert product.stock == 1


def test_orders_of_the_same_products_in_opposite_order_do_not_deadlock(address):
    products = [ProductFactory(stock=30) for _ in range(4)]
    shoppers = visitors(40)
    for turn, shopper in enumerate(shoppers):
        for product in products if turn % 2 else products[::-1]:
            add_to_cart(shopper=shopper, product_id=product.pk)

    outcomes = at_once(
        [
            lambda shopper=shopper: place_order(shopper=shopper, checkout_key=uuid.uuid4(), address=address)  # type: ignore[misc]
            for shopper in shoppers
        ]
    )

    assert kinds(outcomes) == {"Order": 30, "CheckoutConflict": 10}
    assert list(Product.objects.values_list("stock", flat=True)) == [0, 0, 0, 0]


def test_the_same_checkout_sent_ten_times_is_one_order(address, product):
    [shopper] = visitors(1)
    add_to_cart(shopper=shopper, product_id=product.pk)
    key = uuid.uuid4()

    outcomes = at_once([lambda: place_order(shopper=shopper, checkout_key=key, address=address)] * 10)

    assert kinds(outcomes) == {"Order": 10}
    assert len({order.pk for order in outcomes}) == 1
    product.refresh_from_db()
    assert product.stock == 9


def test_one_key_of_many_shoppers_is_one_order(address, product):
    shoppers = visitors(10)
    for shopper in shoppers:
        add_to_cart(shopper=shopper, product_id=product.pk)
    key = uuid.uuid4()

    outcomes = at_once(
        [
            lambda shopper=shopper: place_order(shopper=shopper, checkout_key=key, address=address)  # type: ignore[misc]
            for shopper in shoppers
        ]
    )

    assert kinds(outcomes) == {"Order": 1, "CheckoutConflict": 9}
    product.refresh_from_db()
    assert product.stock == 9


def test_adding_at_once_adds_up_in_one_cart(product):
    [shopper] = visitors(1)

    outcomes = at_once([lambda: add_to_cart(shopper=shopper, product_id=product.pk)] * 10)

    assert kinds(outcomes) == {"CartItem": 10}
    assert CartItem.objects.get().quantity == 10
    assert Cart.objects.count() == 1


def test_of_first_changes_of_an_empty_cart_one_is_made():
    [shopper] = visitors(1)
    products = ProductFactory.create_batch(8)
    clients = [APIClient(headers={TOKEN_HEADER: visitor_token(shopper.id)}) for _ in products]
    empty = {"If-Match": clients[0].get("/api/v1/cart/")["ETag"]}

    outcomes = at_once(
        [
            partial(client.put, f"/api/v1/cart/items/{product.pk}/", {"quantity": 1}, "json", headers=empty)
            for client, product in zip(clients, products, strict=True)
        ]
    )

    assert sorted(answer.status_code for answer in outcomes) == [200] + [412] * 7
    assert CartItem.objects.count() == 1


def test_ratings_at_once_all_count(product):
    users = UserFactory.create_batch(10)

    outcomes = at_once(
        [lambda user=user: record_review(user=user, product=product, stars=4) for user in [*users, *users]]  # type: ignore[misc]
    )

    assert kinds(outcomes) == {"Review": 20}
    product.refresh_from_db()
    assert (product.rating_sum, product.rating_count, Review.objects.count()) == (40, 10, 10)
