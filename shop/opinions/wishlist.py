"""Putting products on an account's wishlist and taking them off."""

import uuid

from accounts.models import User
from shop.catalogue.models import Product
from shop.errors import ProductUnavailable
from shop.opinions.models import WishlistItem


def wish(*, user: User, product_id: uuid.UUID) -> tuple[WishlistItem, bool]:
    """Return the wish, and whether it is new; ProductUnavailable for a product the shop does not show."""
    if not Product.objects.published().filter(pk=product_id).exists():
        raise ProductUnavailable("This product is no longer for sale.")
    return WishlistItem.objects.get_or_create(user=user, product_id=product_id)


def forget_wish(*, user: User, product_id: uuid.UUID) -> bool:
    """Take the product off; False when it was not on the list."""
    deleted, _ = WishlistItem.objects.filter(user=user, product_id=product_id).delete()
    return bool(deleted)
