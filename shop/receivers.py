"""What the shop does when something happens elsewhere."""

import uuid
from typing import Any

from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.signals import visitor_signed_in
from shop.models import Review
from shop.services.cart import merge_visitor_cart
from shop.services.reviews import withdraw_stars


@receiver(visitor_signed_in, dispatch_uid="shop.merge_cart")
def merge_cart(*, visitor_id: uuid.UUID, user_id: uuid.UUID, **_: Any) -> None:
    """What a visitor put into the cart before signing in stays there."""
    merge_visitor_cart(visitor_id=visitor_id, user_id=user_id)


@receiver(post_delete, sender=Review, dispatch_uid="shop.withdraw_stars")
def forget_stars(*, instance: Review, **_: Any) -> None:
    """Staff delete reviews in the admin, and an account takes its reviews along: the product's sums follow."""
    withdraw_stars(review=instance)
