"""Shopper profiles."""

from django.contrib import admin

from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.behaviour.models import ShopperProfile


@admin.register(ShopperProfile)
class ShopperProfileAdmin(ReadOnlyAdmin):
    """Profiles, recomputed from the log by a task and read-only here."""

    list_display = ("shopper_id", "event_count", "model_version", "updated_at")
    list_filter = ("model_version",)
    search_fields = ("=shopper_id",)
    fields = ("shopper_id", "event_count", "model_version", "updated_at", "history")
    ordering = ("-updated_at",)
    show_full_result_count = False
