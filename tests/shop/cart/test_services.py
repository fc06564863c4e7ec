"""Adding, changing, removing, merging: exact cart contents, and nothing changed on a refusal."""

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.shoppers import Shopper
from accounts.signals import visitor_signed_in
from shop.cart import services as cart_service
from shop.cart.models import Cart, CartItem
from shop.cart.selectors import cart_contents
from shop.cart.services import RemovedItem, add_to_cart, merge_visitor_cart, remove_from_cart, set_quantity
from shop.catalogue.models import Product
from shop.errors import CartFull, InvalidQuantity, NotEnoughStock, ProductUnavailable
from shop.signals import cart_item_added
from tests.factories import CartFactory, CartItemFactory, ProductFactory

pytestmark = pytest.mark.django_db


def held(shopper: Shopper) -> dict[uuid.UUID, int]:
    return {item.product_id: item.quantity for item in cart_contents(shopper).items}


@pytest.mark.parametrize("owner", ["shopper", "visitor"])
def test_add_makes_the_cart_and_adds_up(request, owner, product):
    who = request.getfixturevalue(owner)

    add_to_cart(shopper=who, product_id=product.pk, quantity=2)
    item = add_to_cart(shopper=who, product_id=product.pk)

    assert item.quantity == 3
    assert held(who) == {product.pk: 3}
    assert Cart.objects.of_shopper(who).count() == 1


def test_carts_are_apart(shopper, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk)

    assert held(shopper) == {}
    assert held(Shopper(uuid.uuid4())) == {}


def test_add_tells_the_listeners_after_the_commit(visitor, product, shop_events, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)
    assert shop_events == []

    for callback in callbacks:
        callback()
    assert [event.pop("occurred_at") <= timezone.now() for event in shop_events] == [True]
    assert shop_events == [
        {"event": "cart_item_added", "shopper_id": visitor.id, "product_id": product.pk, "quantity": 2}
    ]


def test_only_pieces_that_came_in_are_told(visitor, product, shop_events, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)
        set_quantity(shopper=visitor, product_id=product.pk, quantity=5)
        set_quantity(shopper=visitor, product_id=product.pk, quantity=1)
        set_quantity(shopper=visitor, product_id=product.pk, quantity=1)
        add_to_cart(shopper=visitor, product_id=product.pk)

    assert [event["quantity"] for event in shop_events] == [2, 3, 1]


def test_a_listener_that_fails_does_not_reach_the_shopper(visitor, product, django_capture_on_commit_callbacks):
    def fail(**_):
        raise RuntimeError("broken listener")

    cart_item_added.connect(fail)  # the fixture `shop_events` restores the listeners
    with django_capture_on_commit_callbacks(execute=True):
        add_to_cart(shopper=visitor, product_id=product.pk)

    assert held(visitor) == {product.pk: 1}


@pytest.mark.parametrize("quantity", [-1, 100, 10**30, 1.5, "2", True, float("nan"), None])
@pytest.mark.parametrize("action", [add_to_cart, set_quantity])
def test_a_quantity_that_is_no_whole_number_from_1_to_99_is_refused(action, quantity, visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)

    with pytest.raises(InvalidQuantity, match="from 1 to 99"):
        action(shopper=visitor, product_id=product.pk, quantity=quantity)

    assert held(visitor) == {product.pk: 2}


def test_zero_is_no_quantity_to_add(visitor, product):
    with pytest.raises(InvalidQuantity):
        add_to_cart(shopper=visitor, product_id=product.pk, quantity=0)

    assert not Cart.objects.exists()


def test_never_more_than_99_of_one_product(visitor):
    product = ProductFactory(stock=500)
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=98)

    with pytest.raises(InvalidQuantity, match="at most 99"):
        add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)

    assert held(visitor) == {product.pk: 98}


def test_never_more_than_is_in_stock(visitor):
    product = ProductFactory(title="Lamp", stock=3)
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)

    with pytest.raises(NotEnoughStock) as refusal:
        add_to_cart(shopper=visitor, product_id=product.pk, quantity=2)

    assert refusal.value.message == "Only 3 of “Lamp” left; you have 2 in your cart."
    assert held(visitor) == {product.pk: 2}


@pytest.mark.parametrize("state", [{"is_published": False}, {"price": None}])
def test_what_is_hidden_or_has_no_price_cannot_be_added(state, visitor):
    product = ProductFactory(**state)

    with pytest.raises(ProductUnavailable):
        add_to_cart(shopper=visitor, product_id=product.pk)

    assert not CartItem.objects.exists()


def test_sold_out_and_unknown_products_are_refused(visitor, db):
    with pytest.raises(NotEnoughStock, match="sold out"):
        add_to_cart(shopper=visitor, product_id=ProductFactory(stock=0).pk)
    with pytest.raises(ProductUnavailable):
        add_to_cart(shopper=visitor, product_id=uuid.uuid4())

    assert not CartItem.objects.exists()


def test_set_quantity_adds_what_was_not_there_and_0_removes(visitor, product):
    set_quantity(shopper=visitor, product_id=product.pk, quantity=4)
    assert held(visitor) == {product.pk: 4}

    assert set_quantity(shopper=visitor, product_id=product.pk, quantity=0) is None
    assert held(visitor) == {}


def test_remove_returns_what_putting_it_back_needs(visitor, product):
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=3)

    removed = remove_from_cart(shopper=visitor, product_id=product.pk)

    assert removed == RemovedItem(product.pk, product.title, 3)
    assert remove_from_cart(shopper=visitor, product_id=product.pk) is None


def test_remove_leaves_other_carts_alone(shopper, visitor, product):
    add_to_cart(shopper=shopper, product_id=product.pk)

    assert remove_from_cart(shopper=visitor, product_id=product.pk) is None
    assert held(shopper) == {product.pk: 1}


def test_sign_in_merges_the_visitors_cart_once(shopper, visitor):
    shared, scarce, own, brought = (ProductFactory(stock=stock) for stock in (200, 3, 10, 10))
    for product, quantity in ((shared, 60), (scarce, 2), (own, 1)):
        add_to_cart(shopper=shopper, product_id=product.pk, quantity=quantity)
    for product, quantity in ((shared, 60), (scarce, 2), (brought, 5)):
        add_to_cart(shopper=visitor, product_id=product.pk, quantity=quantity)

    for _ in range(2):
        visitor_signed_in.send(sender=None, visitor_id=visitor.id, user_id=shopper.id)

    assert held(shopper) == {shared.pk: 99, scarce.pk: 3, own.pk: 1, brought.pk: 5}
    assert not Cart.objects.of_shopper(visitor).exists()


def test_merge_keeps_a_line_that_sold_out(shopper, visitor, product):
    add_to_cart(shopper=shopper, product_id=product.pk, quantity=2)
    add_to_cart(shopper=visitor, product_id=product.pk, quantity=5)
    Product.objects.update(stock=0)

    merge_visitor_cart(visitor_id=visitor.id, user_id=shopper.id)

    assert held(shopper) == {product.pk: 2}
    assert cart_contents(shopper).problems == [f"“{product.title}” is sold out."]


def test_merge_without_a_visitors_cart_makes_none(shopper):
    merge_visitor_cart(visitor_id=uuid.uuid4(), user_id=shopper.id)

    assert not Cart.objects.exists()


@pytest.fixture
def _two_lines(monkeypatch):
    monkeypatch.setattr(cart_service, "MOST_LINES", 2)


@pytest.mark.usefixtures("_two_lines")
@pytest.mark.parametrize("put_in", [add_to_cart, set_quantity])
def test_a_cart_holds_no_more_products_than_agreed(visitor, put_in):
    first, second, third = ProductFactory.create_batch(3)
    for product in (first, second):
        add_to_cart(shopper=visitor, product_id=product.pk)

    with pytest.raises(CartFull, match="2 different products"):
        put_in(shopper=visitor, product_id=third.pk, quantity=1)
    add_to_cart(shopper=visitor, product_id=first.pk)

    assert held(visitor) == {first.pk: 2, second.pk: 1}


@pytest.mark.usefixtures("_two_lines")
def test_merge_leaves_out_what_does_not_fit(shopper, visitor):
    own, first, second = ProductFactory.create_batch(3)
    add_to_cart(shopper=shopper, product_id=own.pk)
    for product in (first, second):
        add_to_cart(shopper=visitor, product_id=product.pk)

    merge_visitor_cart(visitor_id=visitor.id, user_id=shopper.id)

    assert len(held(shopper)) == 2
    assert own.pk in held(shopper)
    assert not Cart.objects.of_shopper(visitor).exists()


@pytest.mark.parametrize("quantity", [0, 100])
def test_the_database_itself_refuses_other_quantities(quantity, product):
    cart = CartFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        CartItemFactory(cart=cart, product=product, quantity=quantity)
