"""Admin of experiments: set up, start, read at any time, stop."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from recommendations.admin.experiment_figures import conversion_chart, funnel_chart, ratio_verdict, table
from recommendations.experiments.models import Experiment, Variant
from recommendations.experiments.results import experiment_results
from recommendations.experiments.services import ExperimentRefused, start_experiment, stop_experiment
from recommendations.rules.models import RuleSet
from recommendations.versions import artifact_store
from recommendations.versions.models import RankingProfile

URL_NAME = "recommendations_experiment"


class VariantForm(forms.ModelForm):
    """Offers the profiles, versions and rule sets there are. The service checks them at the start."""

    ranking_profile = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)
    model_version = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)
    rule_set = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Variant
        fields = ("name", "share", "is_control", "ranking_profile", "model_version", "rule_set")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles = list(RankingProfile.objects.values_list("name", flat=True))
        for name, there, default in (
            ("ranking_profile", profiles, "the active one"),
            ("model_version", artifact_store.versions()[::-1], "the promoted one"),
            ("rule_set", list(RuleSet.objects.filter(is_active=False).values_list("name", flat=True)), "none more"),
        ):
            chosen = getattr(self.instance, name)
            gone = [chosen] if chosen and chosen not in there else []
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 declared above
            field.choices = [("", default), *((value, value) for value in [*gone, *there])]


class VariantInline(TabularInline):
    model = Variant
    form = VariantForm
    verbose_name_plural = "Variants"

    def get_extra(self, request: HttpRequest, obj: Experiment | None = None, **kwargs: Any) -> int:
        return 0 if obj else 2


@admin.register(Experiment)
class ExperimentAdmin(ModelAdmin):
    """A draft is edited. A running or stopped experiment shows its figures, and only its question can be changed."""

    list_display = ("name", "shown_state", "where", "started_at", "stopped_at")
    list_filter = ("state",)
    search_fields = ("name", "question")
    fields = ("name", "slot", "question")
    change_form_outer_before_template = "recommendations/admin/experiment.html"
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin_charts.css", "css/admin_jobs.css")}
        js = ("js/admin_charts.js",)

    def get_inlines(self, request: HttpRequest, obj: Experiment | None) -> list[type[TabularInline]]:
        return [VariantInline] if obj is None or obj.is_draft else []

    def get_readonly_fields(self, request: HttpRequest, obj: Experiment | None = None) -> tuple[str, ...]:
        return () if obj is None or obj.is_draft else ("name", "slot")

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        """Keep what was compared; a draft may be deleted."""
        return (obj is None or obj.is_draft) and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Take away deleting many at once, which does not check whether one of them runs."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<uuid:experiment_id>/{name}/",
                self.admin_site.admin_view(require_POST(view)),
                name=f"{URL_NAME}_{name}",
            )
            for name, view in (("start", self.start_view), ("stop", self.stop_view))
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = _page(row) | {"may_steer": self.has_change_permission(request, row)} if row else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)

    def start_view(self, request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
        return self._steer(request, experiment_id, start_experiment, "Started: its shoppers see their variants now.")

    def stop_view(self, request: HttpRequest, experiment_id: uuid.UUID) -> HttpResponse:
        return self._steer(request, experiment_id, stop_experiment, "Stopped: everybody sees the default again.")

    def _steer(
        self, request: HttpRequest, experiment_id: uuid.UUID, service: Callable[..., None], done: str
    ) -> HttpResponse:
        """Start or stop, and write it to the history with who did it."""
        row = self.get_object(request, str(experiment_id))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        if row is None:
            self.message_user(request, "There is no such experiment.", messages.ERROR)
            return redirect(f"admin:{URL_NAME}_changelist")
        try:
            service(experiment_id=experiment_id)
        except ExperimentRefused as error:
            self.message_user(request, f"Nothing was changed. {error}", messages.ERROR)
        else:
            self.log_change(request, row, done)
            self.message_user(request, done, messages.SUCCESS)
        return redirect(f"admin:{URL_NAME}_change", experiment_id)

    @display(description="state", ordering="state", label={"Running": "success", "Draft": "info", "Stopped": "warning"})
    def shown_state(self, row: Experiment) -> str:
        return row.get_state_display()

    @admin.display(description="slot", ordering="slot")
    def where(self, row: Experiment) -> str:
        return row.slot or "all"


def _page(row: Experiment) -> dict[str, Any]:
    """Return the context of an experiment's page; six queries once it was started."""
    if row.is_draft:
        return {"experiment": row, "subtitle": None}
    results = experiment_results(row)
    charts = (conversion_chart(results), funnel_chart(results))
    return {
        "experiment": row,
        "subtitle": None,
        "ratio": ratio_verdict(results),
        "rows": table(results, list(row.variants.all())),
        "charts": [chart for chart in charts if chart],
    }
