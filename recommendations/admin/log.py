"""The interaction log."""

import uuid

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.behaviour.models import Interaction
from shop.catalogue.models import Product


@admin.register(Interaction)
class InteractionAdmin(ReadOnlyAdmin):
    """Interactions, newest first; a search for the id of a shopper, a product or an event uses an index."""

    list_display = ("occurred_at", "kind", "shopper_id", "product", "query", "value", "source")
    list_filter = ("kind", "source")
    search_fields = ("query",)
    search_help_text = "The id of a shopper, a product or an event, or words of a search."
    ordering = ("-recorded_at",)
    list_per_page = 50
    show_full_result_count = False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Interaction], search_term: str
    ) -> tuple[QuerySet[Interaction], bool]:
        try:
            searched_id = uuid.UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        for column in ("shopper_id", "product_id", "id"):
            rows = queryset.filter(**{column: searched_id})
            if rows.exists():
                return rows, False
        return queryset.none(), False

    def get_changelist_instance(self, request: HttpRequest):  # type: ignore[no-untyped-def]  # Django's own is untyped
        """Fetch the titles of a page's products in one query; no join, as the log may live in another database."""
        page = super().get_changelist_instance(request)
        product_ids = {row.product_id for row in page.result_list if row.product_id}
        titles = dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "title"))
        for row in page.result_list:
            row.product_title = titles.get(row.product_id, "")
        return page

    @admin.display(description="product")
    def product(self, row: Interaction) -> str:
        return getattr(row, "product_title", "") or str(row.product_id or "")
