"""What pages and the API read of carts, orders and facets."""

import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Min, Prefetch, Sum

from accounts.models import User
from accounts.shoppers import Shopper
from shop.models import Cart, CartItem, Order, OrderLine
from shop.querysets import OrderQuerySet, ProductQuerySet


@dataclass(frozen=True)
class CartContents:
    """A cart as shown. `total` in SHOP_CURRENCY, `count` in pieces, `problems` one sentence per line not orderable."""

    items: list[CartItem]
    total: Decimal
    count: int
    problems: list[str]


@dataclass(frozen=True)
class BrandCount:
    """How many products of a list are of one brand."""

    brand: str
    count: int


@dataclass(frozen=True)
class Facets:
    """By what a list of products can be narrowed: brands, most products first, and prices (None when none has one)."""

    brands: list[BrandCount]
    lowest_price: Decimal | None
    highest_price: Decimal | None


def cart_contents(shopper: Shopper) -> CartContents:
    """Return the shopper's cart with products and their categories; one query."""
    carts = Cart.objects.of_shopper(shopper)
    items = list(CartItem.objects.filter(cart__in=carts).select_related("product__category"))
    return CartContents(
        items=items,
        total=sum((item.total for item in items), Decimal(0)),
        count=sum(item.quantity for item in items),
        problems=[item.problem for item in items if item.problem],
    )


def cart_count(shopper: Shopper) -> int:
    """Return the number of pieces in the shopper's cart; one query."""
    items = CartItem.objects.filter(cart__in=Cart.objects.of_shopper(shopper))
    return items.aggregate(count=Sum("quantity"))["count"] or 0


def orders_of(user: User) -> OrderQuerySet:
    """Return the account's orders with lines and products, newest first; two queries for a page of them."""
    return _with_lines(Order.objects.filter(user=user))


def order_of(shopper: Shopper, order_id: uuid.UUID) -> Order | None:
    """Return one order if it is the shopper's own (a visitor's own guest order included), else None."""
    return _with_lines(Order.objects.of_shopper(shopper)).filter(pk=order_id).first()


def facets(products: ProductQuerySet, *, brands: int = 20) -> Facets:
    """Return the facets of a list of products, at most `brands` brands; two queries."""
    plain = products.order_by()
    counted = plain.exclude(brand="").values("brand").annotate(count=Count("*")).order_by("-count", "brand")[:brands]
    prices = plain.aggregate(lowest=Min("price"), highest=Max("price"))
    return Facets(
        brands=[BrandCount(row["brand"], row["count"]) for row in counted],
        lowest_price=prices["lowest"],
        highest_price=prices["highest"],
    )


def _with_lines(orders: OrderQuerySet) -> OrderQuerySet:
    return orders.prefetch_related(Prefetch("lines", OrderLine.objects.select_related("product__category")))
