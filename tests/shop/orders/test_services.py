"""Placing orders: exact lines, money and stock; refusals change nothing. The races run in tests/postgresql."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.shoppers import Shopper
from shop.cart.models import CartItem
from shop.cart.services import add_to_cart
from shop.catalogue.models import Product
from shop.errors import CheckoutConflict, EmptyCart
from shop.orders.models import Order, OrderLine
from shop.orders.services import place_order, record_order
from shop.payments import registry
from shop.payments.base import PaymentProvider
from tests.factories import ProductFactory

pytestmark = pytest.mark.django_db
KEY = uuid.UUID(int=1)


@pytest.fixture
def filled(visitor):
    """The visitor has 2 lamps (19.99, 5 in stock) and 1 rug (100.01, 1 in stock) in the cart."""
    lamp = ProductFactory(title="Lamp", price=Decimal("19.99"), stock=5)
    rug = ProductFactory(title="Rug", price=Decimal("100.01"), stock=1)
    add_to_cart(shopper=visitor, product_id=lamp.pk, quantity=2)
    add_to_cart(shopper=visitor, product_id=rug.pk)
    return lamp, rug


def stocks() -> dict[str, int]:
    return dict(Product.objects.values_list("title", "stock"))


def assert_nothing_changed() -> None:
    assert not Order.objects.exists()
    assert not OrderLine.objects.exists()
    assert CartItem.objects.count() == 2


def test_an_order_holds_what_the_cart_held(visitor, filled, address):
    order = place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert order.total == Decimal("139.99")
    assert order.currency == "USD"
    assert order.status == Order.Status.PLACED
    assert (order.user, order.visitor_id, order.checkout_key) == (None, visitor.id, KEY)
    assert (order.full_name, order.postal_code, order.email) == ("Test Shopper", "12345", "shopper@example.com")
    assert set(order.lines.values_list("title", "unit_price", "quantity")) == {
        ("Lamp", Decimal("19.99"), 2),
        ("Rug", Decimal("100.01"), 1),
    }
    assert stocks() == {"Lamp": 3, "Rug": 0}
    assert not CartItem.objects.exists()


def test_an_accounts_order_belongs_to_it(shopper, product, address):
    add_to_cart(shopper=shopper, product_id=product.pk)

    order = place_order(shopper=shopper, checkout_key=KEY, address=address)

    assert (order.user, order.visitor_id) == (shopper.user, None)


def test_numbers_differ_and_can_be_read_aloud(visitor, product, address):
    numbers = set()
    for key in range(5):
        add_to_cart(shopper=visitor, product_id=product.pk)
        numbers.add(place_order(shopper=visitor, checkout_key=uuid.UUID(int=key), address=address).number)

    assert len(numbers) == 5
    assert not set("".join(number.split("-")[1] for number in numbers)) & set("01OIL")


@pytest.mark.parametrize("emptied", [False, True])
def test_an_empty_cart_cannot_be_ordered(visitor, product, address, emptied):
    if emptied:
        add_to_cart(shopper=visitor, product_id=product.pk)
        CartItem.objects.all().delete()

    with pytest.raises(EmptyCart):
        place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert not Order.objects.exists()


def test_the_same_key_returns_the_first_order(visitor, filled, address):
    first = place_order(shopper=visitor, checkout_key=KEY, address=address)
    second = place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert first == second
    assert Order.objects.count() == 1
    assert stocks() == {"Lamp": 3, "Rug": 0}


def test_the_same_key_leaves_a_new_cart_alone(visitor, filled, address):
    first = place_order(shopper=visitor, checkout_key=KEY, address=address)
    add_to_cart(shopper=visitor, product_id=filled[0].pk)

    assert place_order(shopper=visitor, checkout_key=KEY, address=address) == first
    assert CartItem.objects.count() == 1
    assert stocks()["Lamp"] == 3


def test_the_same_key_with_another_address_is_refused(visitor, filled, address):
    place_order(shopper=visitor, checkout_key=KEY, address=address)

    with pytest.raises(CheckoutConflict, match="already sent"):
        place_order(shopper=visitor, checkout_key=KEY, address=replace(address, city="Elsewhere"))

    assert Order.objects.get().city == "Testing"


@pytest.mark.parametrize("thief", ["account", "visitor"])
def test_another_shoppers_key_shows_nothing_and_orders_nothing(visitor, filled, shopper, address, thief):
    place_order(shopper=visitor, checkout_key=KEY, address=address)
    other = shopper if thief == "account" else Shopper(uuid.uuid4())
    add_to_cart(shopper=other, product_id=filled[0].pk)

    with pytest.raises(CheckoutConflict):
        place_order(shopper=other, checkout_key=KEY, address=address)

    assert Order.objects.count() == 1
    assert stocks()["Lamp"] == 3
    assert CartItem.objects.get().cart.user_id == other.id or CartItem.objects.get().cart.visitor_id == other.id


def test_what_ran_out_meanwhile_is_named_and_nothing_is_sold(visitor, filled, address):
    Product.objects.filter(title="Rug").update(stock=0)
    Product.objects.filter(title="Lamp").update(stock=1)

    with pytest.raises(CheckoutConflict) as refusal:
        place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert set(refusal.value.problems) == {"Only 1 of “Lamp” left.", "“Rug” is sold out."}
    assert stocks() == {"Lamp": 1, "Rug": 0}
    assert_nothing_changed()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"is_published": False}, "“Rug” is no longer for sale."),
        ({"price": None}, "“Rug” has no price at the moment."),
    ],
)
def test_what_left_the_shop_meanwhile_is_named(visitor, filled, address, change, problem):
    Product.objects.filter(title="Rug").update(**change)

    with pytest.raises(CheckoutConflict) as refusal:
        place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert refusal.value.problems == [problem]
    assert stocks() == {"Lamp": 5, "Rug": 1}
    assert_nothing_changed()


def test_a_changed_price_is_told_not_charged(visitor, filled, address):
    Product.objects.filter(title="Lamp").update(price=Decimal("25.00"))

    with pytest.raises(CheckoutConflict, match=r"from 139\.99 to 150\.01"):
        place_order(shopper=visitor, checkout_key=KEY, address=address, expected_total=Decimal("139.99"))

    assert stocks() == {"Lamp": 5, "Rug": 1}
    assert_nothing_changed()
    order = place_order(shopper=visitor, checkout_key=KEY, address=address, expected_total=Decimal("150.01"))
    assert order.total == Decimal("150.01")


def test_the_order_is_told_once_after_the_commit(
    visitor, filled, address, shop_events, django_capture_on_commit_callbacks
):
    lamp, rug = filled
    with django_capture_on_commit_callbacks(execute=True):
        order = place_order(shopper=visitor, checkout_key=KEY, address=address)
        assert shop_events == []
    with django_capture_on_commit_callbacks(execute=True):
        place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert len(shop_events) == 1
    assert sorted(shop_events[0].pop("lines")) == sorted([(lamp.pk, 2), (rug.pk, 1)])
    assert shop_events[0] == {
        "event": "order_placed",
        "shopper_id": visitor.id,
        "order_id": order.pk,
        "occurred_at": order.placed_at,
    }


def test_later_changes_of_a_product_do_not_change_the_order(visitor, filled, address):
    order = place_order(shopper=visitor, checkout_key=KEY, address=address)

    Product.objects.update(title="Renamed", price=Decimal("1.00"))
    assert sorted(order.lines.values_list("title", flat=True)) == ["Lamp", "Rug"]

    Product.objects.filter(pk=filled[0].pk).delete()
    assert sorted(order.lines.values_list("title", "product_id")) == [("Lamp", None), ("Rug", filled[1].pk)]


def test_the_database_itself_refuses_a_negative_stock(product):
    with pytest.raises(IntegrityError), transaction.atomic():
        Product.objects.update(stock=-1)


def test_an_order_of_an_earlier_day_is_stored_as_it_was(shopper, product, address, shop_events):
    moment = datetime(2026, 3, 1, 20, 15, tzinfo=UTC)
    stock = product.stock
    order = record_order(
        shopper=shopper,
        checkout_key=KEY,
        address=address,
        lines=[OrderLine(product=product, title="Old name", unit_price=Decimal("3.50"), quantity=2)],
        placed_at=moment,
        id=uuid.UUID(int=5),
        number="260301-ABC",
        status=Order.Status.DELIVERED,
    )

    stored = Order.objects.get(pk=uuid.UUID(int=5))
    assert stored == order
    assert (stored.number, stored.status, stored.placed_at) == ("260301-ABC", Order.Status.DELIVERED, moment)
    assert (stored.total, stored.user, stored.email) == (Decimal("7.00"), shopper.user, address.email)
    assert list(stored.lines.values_list("title", "unit_price", "quantity")) == [("Old name", Decimal("3.50"), 2)]
    assert Product.objects.get().stock == stock
    assert shop_events == []


def test_a_payment_that_cannot_start_undoes_the_order(visitor, filled, address, monkeypatch):
    class Broken(PaymentProvider):
        def start(self, **payment):
            raise RuntimeError("no")

    monkeypatch.setattr(registry, "PROVIDERS", (Broken("broken", "Broken"),))

    with pytest.raises(RuntimeError):
        place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert_nothing_changed()
    assert stocks() == {"Lamp": 5, "Rug": 1}


def test_the_payment_starts_with_the_orders_total(visitor, filled, address, monkeypatch):
    started = []

    class Recorder(PaymentProvider):
        def start(self, **payment):
            started.append(payment)

    monkeypatch.setattr(registry, "PROVIDERS", (Recorder("recorder", "Recorder"),))

    order = place_order(shopper=visitor, checkout_key=KEY, address=address)

    assert started == [{"order_id": order.pk, "amount": Decimal("139.99"), "currency": "USD"}]
