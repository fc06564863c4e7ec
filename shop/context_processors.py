"""Context of every page of the storefront. Nothing is read unless a template uses it."""

from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from accounts.shoppers import known_visitor, shopper_of
from shop.cart.selectors import cart_count
from shop.catalogue.navigation import category_menu


def storefront(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name, the category menu and the number of pieces in the cart (the last two as callables)."""

    @cache
    def pieces_in_cart() -> int:
        # A page view alone makes nobody a visitor, and without a visitor's token there is no cart.
        if request.user.is_anonymous and not hasattr(request, "visitor_id") and known_visitor(request) is None:
            return 0
        return cart_count(shopper_of(request))

    return {"site_name": settings.SITE_NAME, "category_menu": category_menu, "cart_count": pieces_in_cart}
