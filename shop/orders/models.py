"""Orders and their lines, with titles, prices and the address of the day."""

import uuid
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.shoppers import Shopper
from shop.catalogue.models import Product


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders by owner."""

    def of_shopper(self, shopper: "Shopper") -> "OrderQuerySet":
        """The account's orders, or those that the visitor placed without an account."""
        if shopper.is_anonymous:
            return self.filter(user__isnull=True, visitor_id=shopper.id)
        return self.filter(user_id=shopper.id)


class Order(models.Model):
    """A placed order. Lines keep title and price as they were on the day."""

    class Status(models.TextChoices):
        PLACED = "placed", "Placed"
        SHIPPED = "shipped", "Shipped"
        DELIVERED = "delivered", "Delivered"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=20, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="orders"
    )
    visitor_id = models.UUIDField(
        null=True, blank=True, editable=False, help_text="Who placed it, when nobody was signed in."
    )
    # The form's own random key: sending the same checkout twice finds the first order instead of making a second.
    checkout_key = models.UUIDField(unique=True, editable=False)
    email = models.EmailField()
    full_name = models.CharField(max_length=150)
    street = models.CharField(max_length=200)
    city = models.CharField(max_length=120)
    postal_code = models.CharField(max_length=20)
    country = models.CharField(max_length=80)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.PLACED, db_index=True)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=12, decimal_places=2)
    placed_at = models.DateTimeField(auto_now_add=True, db_index=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ["-placed_at", "id"]
        constraints = [models.CheckConstraint(condition=Q(total__gte=0), name="order_total_not_negative")]

    def __str__(self) -> str:
        return f"Order {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("shop:order", args=[self.pk])


class OrderLine(models.Model):
    """One product of an order; the product may vanish later, the line stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, null=True, related_name="order_lines")
    title = models.CharField(max_length=500)
    unit_price = models.DecimalField(max_digits=10, decimal_places=2)
    quantity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["title", "id"]
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=1), name="order_line_quantity_positive")]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.title}"

    @property
    def total(self) -> Decimal:
        """Unit price times quantity, in the order's currency."""
        return self.unit_price * self.quantity
