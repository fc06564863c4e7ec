"""Reviews and wishlists."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from shop.catalogue.models import Product


class Review(models.Model):
    """One shopper's opinion of one product; a shopper may change it, not add a second."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="reviews")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    title = models.CharField(max_length=150, blank=True)
    body = models.TextField(max_length=5000, blank=True)
    is_verified_purchase = models.BooleanField("verified purchase", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["product", "author"], name="one_review_per_shopper_and_product"),
            models.CheckConstraint(condition=Q(stars__gte=1) & Q(stars__lte=5), name="review_stars_between_1_and_5"),
        ]

    def __str__(self) -> str:
        return f"{self.stars} stars for {self.product}"


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
