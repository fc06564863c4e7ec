"""Carts: one for each account, and one for each anonymous visitor until sign-in merges it."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from accounts.shoppers import Shopper
from shop.catalogue.models import Product


class CartQuerySet(models.QuerySet["Cart"]):
    """Carts by owner."""

    def of_shopper(self, shopper: "Shopper") -> "CartQuerySet":
        if shopper.is_anonymous:
            return self.filter(visitor_id=shopper.id)
        return self.filter(user_id=shopper.id)


MOST_OF_ONE_PRODUCT = 99

# Different products in one cart.
MOST_LINES = 100


class Cart(models.Model):
    """Belongs to an account (`user`) or to a visitor (`visitor_id`), never to both."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="cart"
    )
    visitor_id = models.UUIDField(unique=True, null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CartQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True, visitor_id__isnull=False)
                | Q(user__isnull=False, visitor_id__isnull=True),
                name="cart_has_one_owner",
                violation_error_message="A cart belongs to an account or to a visitor: fill in one of the two.",
            )
        ]

    def __str__(self) -> str:
        return f"Cart of {self.user or 'a visitor'}"


class CartItem(models.Model):
    """A product and its quantity. The price is always the product's own, read when shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    quantity = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_OF_ONE_PRODUCT)]
    )
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "product"], name="one_line_per_product_in_cart"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1) & Q(quantity__lte=MOST_OF_ONE_PRODUCT), name="cart_quantity_in_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"

    @property
    def total(self) -> Decimal:
        """Price times quantity, in the shop's currency."""
        return (self.product.price or Decimal(0)) * self.quantity

    @property
    def problem(self) -> str:
        """The reason why this line cannot be ordered, in words for the shopper; empty when it can."""
        product = self.product
        if not product.is_published:
            return f"“{product.title}” is no longer for sale."
        if product.price is None:
            return f"“{product.title}” has no price at the moment."
        if not product.stock:
            return f"“{product.title}” is sold out."
        if product.stock < self.quantity:
            return f"Only {product.stock} of “{product.title}” left."
        return ""
