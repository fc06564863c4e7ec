"""The shop's tables. Modules import in this order only: pictures, catalogue, search, reviews, cart, orders,
wishlist, answers."""

from shop.models.answers import StoredAnswer
from shop.models.cart import Cart, CartItem
from shop.models.catalogue import Category, Product
from shop.models.orders import Order, OrderLine
from shop.models.reviews import Review
from shop.models.search import SearchDocument
from shop.models.wishlist import WishlistItem

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
