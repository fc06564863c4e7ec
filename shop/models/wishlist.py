"""What accounts would like to have."""

import uuid

from django.conf import settings
from django.db import models

from shop.models.catalogue import Product


class WishlistItem(models.Model):
    """A product on an account's wishlist."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="wishlist")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "product"], name="one_wish_per_account_and_product")]

    def __str__(self) -> str:
        return f"{self.product} for {self.user}"
