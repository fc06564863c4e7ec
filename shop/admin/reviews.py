"""Reviews in the admin: staff may delete a review, never change or invent one."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin, TabularInline
from unfold.contrib.filters.admin import BooleanRadioFilter, RangeDateFilter
from unfold.decorators import display

from shop.opinions.models import Review


class ReviewInline(TabularInline):
    """The reviews of a product, newest first."""

    model = Review
    fields = ["author", "stars", "title", "body", "is_verified_purchase", "created_at"]
    readonly_fields = fields
    extra = 0
    per_page = 10
    show_change_link = True
    tab = True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("author", "product")


@admin.register(Review)
class ReviewAdmin(ModelAdmin):
    """All reviews."""

    list_display = ["product", "author", "star_row", "title", "is_verified_purchase", "created_at"]
    list_filter = [
        ("is_verified_purchase", BooleanRadioFilter),
        ("created_at", RangeDateFilter),
    ]
    list_filter_submit = True
    list_select_related = ["product", "author"]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["product__title", "author__email", "title", "body"]
    search_help_text = "Product, author's address, or words of the review"
    readonly_fields = ["product", "author", "stars", "title", "body", "is_verified_purchase", "created_at"]

    @display(description="stars", ordering="stars")
    def star_row(self, review: Review) -> str:
        return "★" * review.stars + "☆" * (5 - review.stars)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False
