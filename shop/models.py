"""The shop's tables, gathered from its rooms."""

from shop.api.models import StoredAnswer
from shop.cart.models import Cart, CartItem
from shop.catalogue.models import Category, Product
from shop.opinions.models import Review, WishlistItem
from shop.orders.models import Order, OrderLine
from shop.search.models import SearchDocument

__all__ = [
    "Cart",
    "CartItem",
    "Category",
    "Order",
    "OrderLine",
    "Product",
    "Review",
    "SearchDocument",
    "StoredAnswer",
    "WishlistItem",
]
