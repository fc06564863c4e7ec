"""Carts in the admin, for helping a shopper on the phone."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet, Sum
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import RangeDateTimeFilter
from unfold.decorators import display

from shop.cart.models import Cart, CartItem


class CartItemInline(TabularInline):
    """The lines of a cart."""

    model = CartItem
    fields = ["product", "quantity", "line_total", "added_at"]
    readonly_fields = ["line_total", "added_at"]
    autocomplete_fields = ["product"]
    extra = 0

    @display(description="total")
    def line_total(self, item: CartItem) -> str:
        return f"{item.total}" if item.product_id else "–"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("product")


@admin.register(Cart)
class CartAdmin(ModelAdmin):
    """All carts, the ones in use first."""

    list_display = ["owner", "pieces", "value", "updated_at"]
    list_filter = [("updated_at", RangeDateTimeFilter)]
    list_filter_submit = True
    list_select_related = ["user"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["user__email", "=visitor_id"]
    search_help_text = "Account's e-mail address, or visitor id"
    autocomplete_fields = ["user"]
    readonly_fields = ["updated_at"]
    ordering = ["-updated_at"]
    inlines = [CartItemInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cart]:
        return (
            super()
            .get_queryset(request)
            .annotate(pieces=Sum("items__quantity"), value=Sum(F("items__quantity") * F("items__product__price")))
        )

    @display(description="owner")
    def owner(self, cart: Cart) -> str:
        return str(cart.user) if cart.user else f"Visitor {str(cart.visitor_id)[:8]}"

    @display(description="pieces", ordering="pieces")
    def pieces(self, cart: Any) -> int:
        return cart.pieces or 0

    @display(description="value", ordering="value")
    def value(self, cart: Any) -> str:
        return f"{cart.value or 0:.2f}"
