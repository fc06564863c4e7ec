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
    """Newest first; searched by the id of a shopper, a product or an event, which an index answers."""

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
            wanted = uuid.UUID(search_term.strip())
        except ValueError:
            return super().get_search_results(request, queryset, search_term)
        for column in ("shopper_id", "product_id", "id"):
            found = queryset.filter(**{column: wanted})
            if found.exists():
                return found, False
        return queryset.none(), False

    def get_changelist_instance(self, request: HttpRequest):  # type: ignore[no-untyped-def]  # Django's own is untyped
        """Fetch the titles of a page's products in one query: the log may live in another database, so no join."""
        page = super().get_changelist_instance(request)
        wanted = {row.product_id for row in page.result_list if row.product_id}
        titles = dict(Product.objects.filter(pk__in=wanted).values_list("pk", "title"))
        for row in page.result_list:
            row.product_title = titles.get(row.product_id, "")
        return page

    @admin.display(description="product")
    def product(self, row: Interaction) -> str:
        return getattr(row, "product_title", "") or str(row.product_id or "")
