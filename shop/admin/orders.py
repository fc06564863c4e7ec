"""Orders in the admin: shoppers place them, staff move them on, nobody rewrites or deletes them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.shortcuts import redirect
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RangeDateFilter
from unfold.decorators import display

from shop.orders.models import Order, OrderLine
from shop.orders.services import move_order
from shop.orders.states import Status, WrongOrderState, next_states


class OrderLineInline(TabularInline):
    """The lines of an order, as they were on the day."""

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


class OrderForm(forms.ModelForm):
    """Offers the present state of an order and those it can move to."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "status" in self.fields:  # absent for staff who may only look
            present = Status(self.instance.status)
            offered = [(status, status.label) for status in (present, *next_states(present))]
            self.fields["status"].choices = offered  # type: ignore[attr-defined]


@admin.register(Order)
class OrderAdmin(ModelAdmin):
    """All orders, newest first."""

    form = OrderForm
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

    def save_model(self, request: HttpRequest, obj: Order, form: Any, change: bool) -> None:
        written = [name for name in form.changed_data if name != "status"]
        if written:
            obj.save(update_fields=written)
        if "status" in form.changed_data:
            chosen, obj.status = obj.status, form.initial["status"]
            move_order(order=obj, to=chosen)

    def changeform_view(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> Any:
        """Show the page; show it anew when somebody else has moved the order meanwhile, and save nothing."""
        try:
            return super().changeform_view(request, object_id, *args, **kwargs)
        except WrongOrderState as refusal:
            messages.error(request, refusal.message)
            return redirect(request.get_full_path())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        return False
