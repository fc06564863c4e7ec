"""Model versions: their figures, promotion and roll back."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.decorators import display

from recommendations.admin.charts import history_chart, quality_chart
from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.serving import handle
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion, Segmentation
from recommendations.versions.services import VersionUnusable, promote_version, roll_back, rollback_target

EARLIER_SHOWN = 4
URL_NAME = "recommendations_modelversion"
CHANGELIST = f"admin:{URL_NAME}_changelist"


@admin.register(ModelVersion)
class ModelVersionAdmin(ReadOnlyAdmin):
    """Promote a version after a look at its figures, or roll back with one click; both are logged in its history."""

    list_display = (
        *("version", "state", "recommender", "ndcg", "against_promoted", "hit_rate", "hit_rate_of_popularity"),
        *("interaction_count", "created_at"),
    )
    list_filter = ("status", "recommender")
    list_before_template = "recommendations/admin/version_serving.html"
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

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        own = [
            path("roll-back/", guarded(self.roll_back_view), name=f"{URL_NAME}_roll_back"),
            path("<str:version>/promote/", guarded(self.promote_view), name=f"{URL_NAME}_promote"),
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, (extra_context or {}) | self._serving(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        page = _page(row) | self._serving(request) if row else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | page)

    def has_promote_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recommendations.change_modelversion")

    @admin.action(description="Promote / roll back to this version", permissions=["promote"])
    def promote(self, request: HttpRequest, versions: QuerySet[ModelVersion]) -> HttpResponse | None:
        chosen = list(versions[:2])
        if len(chosen) != 1:
            self.message_user(request, "Choose one version: only one can serve.", messages.ERROR)
            return None
        return redirect(f"admin:{URL_NAME}_promote", chosen[0].version)

    def promote_view(self, request: HttpRequest, version: str) -> HttpResponse:
        """Ask for confirmation with the figures and the reason for holding it back, then promote and log it."""
        row = self.get_object(request, version)
        if not self.has_promote_permission(request):
            raise PermissionDenied
        if row is None:
            self.message_user(request, f"There is no model version {version!r}.", messages.ERROR)
            return redirect(CHANGELIST)
        if request.method == "POST":
            try:
                promote_version(version=version, anyway=True)
            except VersionUnusable as error:
                self.message_user(request, f"Nothing was changed. {error}", messages.ERROR)
            else:
                was_held_back = row.status == ModelVersion.Status.HELD_BACK
                self._tell(request, row, "Promoted by hand although held back." if was_held_back else "Promoted.")
            return redirect(CHANGELIST)
        context = (
            self.admin_site.each_context(request)
            | self._serving(request)
            | {
                "title": "Let this version serve?",
                "row": row,
                "gate": row.metrics.get("gate"),
                "is_held_back": row.status == ModelVersion.Status.HELD_BACK,
                "opts": self.opts,
                "media": self.media,
                "changelist": reverse(CHANGELIST),
            }
        )
        return TemplateResponse(request, "recommendations/admin/promote_version.html", context)

    def roll_back_view(self, request: HttpRequest) -> HttpResponse:
        """Roll back to the previous version, if the one shown on the page still serves."""
        if not self.has_promote_permission(request) or request.method != "POST":
            raise PermissionDenied
        try:
            version = roll_back(serving_version=request.POST.get("serving", ""))
        except VersionUnusable as error:
            self.message_user(request, f"Nothing was changed. {error}", messages.ERROR)
        else:
            row = ModelVersion.objects.get(version=version)
            self._tell(request, row, f"Rolled back from {request.POST['serving']}.")
        return redirect(CHANGELIST)

    def _tell(self, request: HttpRequest, row: ModelVersion, done: str) -> None:
        self.log_change(request, row, done)
        self.message_user(request, f"Version {row.version} serves from now on.", messages.SUCCESS)

    def _serving(self, request: HttpRequest) -> dict[str, Any]:
        """Return the promoted version, the target of a roll back and the damaged versions: three queries."""
        is_pointer_damaged = artifact_store.damaged_pointer() is not None  # each process then serves the last one
        served = handle.current() if is_pointer_damaged else None
        return {
            "serving_version": served.version if served else artifact_store.promoted_version(),
            "is_pointer_damaged": is_pointer_damaged,
            "rollback_target": None if is_pointer_damaged else rollback_target(),
            "damaged_versions": ModelVersion.objects.refused_when_loaded(),
            "may_promote": self.has_promote_permission(request),
        }

    @display(
        description="status",
        ordering="status",
        label={
            ModelVersion.Status.PROMOTED.label: "success",
            ModelVersion.Status.HELD_BACK.label: "warning",
            ModelVersion.Status.REFUSED.label: "danger",
            ModelVersion.Status.FAILED.label: "danger",
            ModelVersion.Status.CANCELLED.label: "warning",
            ModelVersion.Status.TRAINING.label: "info",
        },
    )
    def state(self, row: ModelVersion) -> str:
        return row.get_status_display()

    @admin.display(description="NDCG@10")
    def ndcg(self, row: ModelVersion) -> str:
        return _figure(row, row.recommender, "ndcg_at_10")

    @admin.display(description="against the promoted one")
    def against_promoted(self, row: ModelVersion) -> str:
        gate = row.metrics.get("gate")
        return f"{gate['difference']:+.3f} ({gate['figures']})" if gate else "–"

    @admin.display(description="HR@10")
    def hit_rate(self, row: ModelVersion) -> str:
        return _figure(row, row.recommender, "hr_at_10")

    @admin.display(description="HR@10 of popularity")
    def hit_rate_of_popularity(self, row: ModelVersion) -> str:
        return _figure(row, "popularity", "hr_at_10")


def _page(row: ModelVersion) -> dict[str, Any]:
    """Return the context of a version's page: two queries."""
    charts = (quality_chart(row, ModelVersion.objects.usable_before(row)[:EARLIER_SHOWN]), history_chart(row))
    segmentations = Segmentation.objects.filter(model_version=row.version, segment_count__gt=0)
    return {
        "row": row,
        "gate": row.metrics.get("gate"),
        "charts": [chart for chart in charts if chart],
        "segmentations": segmentations.defer("map_points"),
        "is_training": row.status == ModelVersion.Status.TRAINING,
        "has_files": row.version in artifact_store.versions(),
    }


def _figure(row: ModelVersion, name: str, key: str) -> str:
    figures = row.metrics.get("quality", {}).get(name)
    return f"{figures[key]:.3f}" if figures else "–"
