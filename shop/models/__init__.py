"""The shop's tables. Modules import in this order only: catalogue, reviews, cart, orders."""

from shop.models.cart import Cart, CartItem
from shop.models.catalogue import Category, Product
from shop.models.orders import Order, OrderLine
from shop.models.reviews import Review

__all__ = ["Cart", "CartItem", "Category", "Order", "OrderLine", "Product", "Review"]
