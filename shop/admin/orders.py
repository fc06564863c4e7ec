"""Orders in the admin: placed by shoppers, moved on by staff, never rewritten or deleted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from shop.orders.models import Order, OrderLine


class OrderLineInline(TabularInline):
    """What was bought, as it was on the day."""

    model = OrderLine
    fields = ["title", "unit_price", "quantity", "line_total", "product"]
    readonly_fields = fields
    extra = 0
    can_delete = False

    @display(description="total")
    def line_total(self, line: OrderLine) -> str:
        return f"{line.total}"

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("product")


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    """All orders, newest first."""

    list_display = ["number", "placed_at", "status_label", "full_name", "email", "amount"]
    list_filter = [("status", ChoicesDropdownFilter), ("placed_at", RangeDateFilter)]
    list_filter_submit = True
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["number", "email", "full_name"]
    search_help_text = "Number, name or e-mail address"
    readonly_fields = ["number", "placed_at", "user", "amount"]
    fieldsets = [
        (None, {"fields": ["number", "placed_at", "status", "amount", "user"]}),
        ("Delivery", {"fields": ["full_name", "street", ("postal_code", "city"), "country", "email"]}),
    ]
    inlines = [OrderLineInline]

    @display(
        description="status",
        ordering="status",
        label={"placed": "info", "shipped": "warning", "delivered": "success", "cancelled": "danger"},
    )
    def status_label(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description="total", ordering="total")
    def amount(self, order: Order) -> str:
        return f"{order.total} {order.currency}"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False
