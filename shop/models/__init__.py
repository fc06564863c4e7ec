"""The shop's tables. Modules import in this order only: pictures, catalogue, search, reviews, cart, orders."""

from shop.models.cart import Cart, CartItem
from shop.models.catalogue import Category, Product
from shop.models.orders import Order, OrderLine
from shop.models.reviews import Review
from shop.models.search import SearchDocument

__all__ = ["Cart", "CartItem", "Category", "Order", "OrderLine", "Product", "Review", "SearchDocument"]
