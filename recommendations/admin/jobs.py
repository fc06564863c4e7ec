"""Trainings and imports: their progress and remaining time, and buttons to start and cancel them."""

import uuid
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils.timesince import timesince
from django.views.decorators.http import require_POST
from unfold.decorators import display

from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.jobs.models import Job
from recommendations.jobs.services import JobRefused, cancel_job, request_training

STATE_COLOURS = {
    "queued": "info",
    "running": "info",
    "stopping": "warning",
    "lost": "danger",
    "done": "success",
    "failed": "danger",
    "cancelled": "warning",
}


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """A read-only list, with the open jobs above it, which update themselves."""

    list_display = ("title", "shown_state", "percent", "started_by", "created_at", "taken")
    list_filter = ("kind", "state")
    search_fields = ("title", "started_by")
    list_before_template = "recommendations/admin/jobs_now.html"
    change_form_outer_before_template = "recommendations/admin/job.html"
    fields = ("kind", "started_by", "created_at", "started_at", "heartbeat_at", "finished_at", "message")
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin_charts.css", "css/admin_jobs.css")}

    def get_urls(self) -> list[URLPattern]:
        pages = (
            ("now/", self.now_view, "now"),
            ("train/", require_POST(self.train_view), "train"),
            ("<uuid:job_id>/progress/", self.progress_view, "progress"),
            ("<uuid:job_id>/cancel/", require_POST(self.cancel_view), "cancel"),
        )
        own = [
            path(route, self.admin_site.admin_view(view), name=f"recommendations_job_{name}")
            for route, view, name in pages
        ]
        return own + super().get_urls()

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, (extra_context or {}) | self._now(request))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = {"job": row, "may_steer": self._may_steer(request), "subtitle": None} if row else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)

    def now_view(self, request: HttpRequest) -> HttpResponse:
        """Render the open jobs; request a reload of the page when one started or ended since the last request."""
        self._must_see(request)
        context = self._now(request)
        response = render(request, "recommendations/admin/_jobs.html", context)
        if request.GET.get("open") != str(len(context["open_jobs"])):
            response["HX-Refresh"] = "true"
        return response

    def progress_view(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        """Render one job's progress and log; request a reload of the page when it has ended."""
        self._must_see(request)
        row = get_object_or_404(Job, pk=job_id)
        context = {"job": row, "may_steer": self._may_steer(request), "with_log": True}
        response = render(request, "recommendations/admin/_job.html", context)
        if not row.is_open:
            response["HX-Refresh"] = "true"
        return response

    def train_view(self, request: HttpRequest) -> HttpResponse:
        self._must_steer(request)
        try:
            row = request_training(started_by=str(request.user))
        except JobRefused as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            self.message_user(request, f"{row.title} is requested: a free worker starts it.", messages.SUCCESS)
        return redirect("admin:recommendations_job_changelist")

    def cancel_view(self, request: HttpRequest, job_id: uuid.UUID) -> HttpResponse:
        self._must_steer(request)
        try:
            row = cancel_job(job_id=job_id)
        except JobRefused as error:
            self.message_user(request, str(error), messages.ERROR)
        else:
            ending = "is cancelled" if not row.is_open else "ends as soon as its worker receives the request"
            self.message_user(request, f"{row.title} {ending}.", messages.SUCCESS)
        return redirect("admin:recommendations_job_changelist")

    def _now(self, request: HttpRequest) -> dict[str, Any]:
        return {"open_jobs": list(Job.objects.open()), "may_steer": self._may_steer(request)}

    def _may_steer(self, request: HttpRequest) -> bool:
        return request.user.has_perm("recommendations.change_job")

    def _must_see(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _must_steer(self, request: HttpRequest) -> None:
        if not self._may_steer(request):
            raise PermissionDenied

    @display(description="state", label=STATE_COLOURS)
    def shown_state(self, row: Job) -> str:
        return row.shown_state

    @admin.display(description="done", ordering="fraction")
    def percent(self, row: Job) -> str:
        return f"{row.fraction:.0%}"

    @admin.display(description="took")
    def taken(self, row: Job) -> str:
        return timesince(row.started_at, row.finished_at) if row.started_at and row.finished_at else "–"
