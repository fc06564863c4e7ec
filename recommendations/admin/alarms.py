"""Alarms, and the measurements behind them as charts."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import display

from recommendations.admin.charts import Chart
from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.monitoring.models import Alarm, Check, Measurement

SHOWN = timedelta(hours=24)
MEANINGS = {
    Check.EVENT_RATE: "Events against the same hours of earlier weeks: do shoppers come, and are events recorded?",
    Check.COVERAGE: "The share of the catalogue that is recommended at all: do lists differ from shopper to shopper?",
    Check.EMPTY_RAILS: "Rails that were empty, short or filled up: does the model find enough products?",
    Check.DAMAGED_VERSION: "Can the promoted version be loaded, or does an earlier one serve instead?",
    Check.DRIFT_CATEGORY: "Do shoppers still visit the categories that the version was trained on?",
    Check.DRIFT_PRICE: "Do they still view products of the same prices?",
    Check.DRIFT_KIND: "Do they still do the same: view, search, buy, rate?",
}


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    """The newest figures, and the history of alarms below."""

    list_display = ("what", "state", "raised_at", "cleared_at", "value", "threshold")
    list_filter = (("cleared_at", admin.EmptyFieldListFilter),)
    fields = ("what", "message", "value", "threshold", "raised_at", "cleared_at")
    readonly_fields = ("what",)
    list_before_template = "recommendations/admin/alarms.html"
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin_charts.css", "css/admin_jobs.css")}
        js = ("js/admin_charts.js",)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, (extra_context or {}) | {"checks": _checks()})

    @admin.display(description="what", ordering="name")
    def what(self, row: Alarm) -> str:
        return Check(row.name).label if row.name in Check.values else row.name.replace("_", " ").capitalize()

    @display(description="state", label={"raised": "danger", "cleared": "success"})
    def state(self, row: Alarm) -> str:
        return "raised" if row.is_raised else "cleared"


def _checks() -> list[dict[str, Any]]:
    """Return the newest figure of each check with its meaning and chart, raised ones first; one query."""
    rows = list(Measurement.objects.filter(measured_at__gte=timezone.now() - SHOWN).order_by("measured_at"))
    if not rows:
        return []
    checks = []
    for check in Check:
        own = [row for row in rows if row.name == check.value]
        newest = own[-1] if own else None
        checks.append(
            {
                "title": check.label,
                "meaning": MEANINGS[check],
                "row": newest,
                "value": _number(newest.value if newest else None),
                "state": _state(newest),
                "chart": _chart(check, own),
            }
        )
    return sorted(checks, key=lambda check: check["state"] != "raised")


def _state(newest: Measurement | None) -> str:
    if newest is None or newest.value is None:
        return "unknown"
    return "raised" if newest.crossed is not None else "fine"


def _chart(check: Check, rows: Sequence[Measurement]) -> Chart | None:
    """Return a chart of the last figures and their bounds; None with fewer than two."""
    known = [row for row in rows if row.value is not None]
    if len(known) < 2:
        return None
    labels = [f"{row.measured_at:%H:%M}" for row in known]
    values = [row.value for row in known if row.value is not None]
    series: list[dict[str, Any]] = [{"label": "Measured", "values": values}]
    for label, bounds in (("Least", [row.least for row in known]), ("Most", [row.most for row in known])):
        if any(bound is not None for bound in bounds):
            series.append({"label": label, "values": bounds})
    return Chart(
        name=f"chart-{check.value}",
        title="The last day",
        description=f"Between {_number(min(values))} and {_number(max(values))} in the last day.",
        spec={"type": "line", "x": "", "labels": labels, "series": series},
        headers=["Measured", *(str(one["label"]) for one in series)],
        rows=[[label, *(_number(one["values"][place]) for one in series)] for place, label in enumerate(labels)],
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3g}"
