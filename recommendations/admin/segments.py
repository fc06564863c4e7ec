"""Segments of shoppers and products: a page for each segmentation of a version."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from recommendations.admin.charts import map_chart, silhouette_chart
from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.versions.models import Segment, Segmentation
from shop.catalogue.models import Category, Product


@admin.register(Segmentation)
class SegmentationAdmin(ReadOnlyAdmin):
    """Segmentations, written by each training and read-only here."""

    list_display = ("model_version", "kind", "segment_count", "member_count", "best_silhouette", "created_at")
    list_display_links = ("model_version", "kind")
    list_filter = ("kind",)
    search_fields = ("=model_version",)
    search_help_text = "The name of a model version."
    fields = ("model_version", "kind", "created_at")
    list_before_template = "recommendations/admin/no_segments.html"
    change_form_outer_before_template = "recommendations/admin/segmentation.html"
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin_charts.css",)}
        js = ("js/admin_charts.js",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, (extra_context or {}) | (_page(row) if row else {}))

    @admin.display(description="silhouette")
    def best_silhouette(self, row: Segmentation) -> str:
        return f"{max(row.silhouettes.values()):.3f}" if row.silhouettes else "–"


def _page(row: Segmentation) -> dict[str, Any]:
    """Return the context of a segmentation's page: three queries."""
    segments = list(
        Segment.objects.filter(model_version=row.model_version, kind=row.kind).defer("centroid").order_by("number")
    )
    charts = (map_chart(row, segments), silhouette_chart(row))
    return {
        "segmentation": row,
        "charts": [chart for chart in charts if chart],
        "rows": _rows(row, segments),
        "title": str(row),
        "subtitle": None,
    }


def _rows(row: Segmentation, segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """Return the rows of the table, without products that were deleted since."""
    product_ids = {raw_id for segment in segments for raw_id, _ in segment.top_products}
    products = {pk.hex: title for pk, title in Product.objects.filter(pk__in=product_ids).values_list("pk", "title")}
    category_ids = {raw_id for segment in segments for raw_id, _, _ in segment.top_categories}
    categories = {pk.hex for pk in Category.objects.filter(pk__in=category_ids).values_list("pk", flat=True)}
    return [
        {
            "segment": segment,
            "share": segment.size / max(row.member_count, 1) * 100,
            "categories": [
                {"pk": raw_id, "name": name, "share": share * 100, "exists": raw_id in categories}
                for raw_id, name, share in segment.top_categories
            ],
            "products": [
                {"pk": raw_id, "title": products[raw_id]} for raw_id, _ in segment.top_products if raw_id in products
            ],
        }
        for segment in segments
    ]
