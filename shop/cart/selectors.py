"""Contents of a shopper's cart."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from accounts.shoppers import Shopper
from shop.cart.models import Cart, CartItem


@dataclass(frozen=True)
class CartContents:
    """A cart as shown. `total` in SHOP_CURRENCY, `count` in pieces, `problems` one sentence per line not orderable."""

    items: list[CartItem]
    total: Decimal
    count: int
    problems: list[str]


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
