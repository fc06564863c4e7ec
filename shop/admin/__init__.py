"""The shop in the admin."""

from shop.admin.carts import CartAdmin
from shop.admin.categories import CategoryAdmin
from shop.admin.orders import OrderAdmin
from shop.admin.products import ProductAdmin
from shop.admin.reviews import ReviewAdmin

__all__ = ["CartAdmin", "CategoryAdmin", "OrderAdmin", "ProductAdmin", "ReviewAdmin"]
