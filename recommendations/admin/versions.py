"""Model versions: their figures, and which one serves."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from recommendations.admin.charts import history_chart, quality_chart
from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.models import ModelVersion, Segmentation
from recommendations.services.versions import VersionUnusable, promote_version

EARLIER_SHOWN = 4


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Promote a version, or roll back to an older one: the same step."""

    list_display = (
        "version",
        "status",
        "recommender",
        "interaction_count",
        "hit_rate",
        "hit_rate_of_popularity",
        "created_at",
    )
    list_filter = ("status", "recommender")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    *("version", "status", "recommender", "message", "interaction_count", "trained_through"),
                    *("created_at", "finished_at", "promoted_at"),
                )
            },
        ),
        ("All figures", {"fields": ("metrics",), "classes": ("collapse",)}),
    )
    actions = ("promote",)
    change_form_outer_before_template = "recommendations/admin/version_figures.html"

    class Media:
        css = {"all": ("css/admin_charts.css",)}
        js = ("js/admin_charts.js",)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        return super().change_view(request, object_id, form_url, (extra_context or {}) | (_page(row) if row else {}))

    def has_promote_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recommendations.change_modelversion")

    @admin.action(description="Promote / roll back to this version", permissions=["promote"])
    def promote(self, request: HttpRequest, versions: QuerySet[ModelVersion]) -> None:
        chosen = list(versions[:2])
        if len(chosen) != 1:
            self.message_user(request, "Choose one version: only one can serve.", messages.ERROR)
            return
        try:
            promote_version(version=chosen[0].version)
        except VersionUnusable as error:
            self.message_user(request, f"Nothing was changed. {error}", messages.ERROR)
        else:
            self.message_user(request, f"Version {chosen[0].version} serves from now on.", messages.SUCCESS)

    @admin.display(description="HR@10")
    def hit_rate(self, row: ModelVersion) -> str:
        return _figure(row, row.recommender)

    @admin.display(description="HR@10 of popularity")
    def hit_rate_of_popularity(self, row: ModelVersion) -> str:
        return _figure(row, "popularity")


def _page(row: ModelVersion) -> dict[str, Any]:
    """Return what the page of a version shows beside its columns: two queries."""
    charts = (quality_chart(row, ModelVersion.objects.usable_before(row)[:EARLIER_SHOWN]), history_chart(row))
    segmentations = Segmentation.objects.filter(model_version=row.version, segment_count__gt=0)
    return {
        "charts": [chart for chart in charts if chart],
        "segmentations": segmentations.defer("map_points"),
        "is_training": row.status == ModelVersion.Status.TRAINING,
    }


def _figure(row: ModelVersion, name: str) -> str:
    figures = row.metrics.get("quality", {}).get(name)
    return f"{figures['hr_at_10']:.3f}" if figures else "–"
