"""Schedules and sites in the admin: what other packages register without the theme, and in fewer words."""

from typing import Any, ClassVar

from celery import current_app
from django import forms
from django.contrib import admin, messages
from django.contrib.sites.models import Site
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.timesince import timesince
from django_celery_beat.models import (
    ClockedSchedule,
    CrontabSchedule,
    IntervalSchedule,
    PeriodicTask,
    PeriodicTasks,
    SolarSchedule,
)
from kombu.utils.json import loads
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from config.schedules import SCHEDULES
from recommendations.behaviour.services.notifications import notify

for _model in (PeriodicTask, IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule, Site):
    admin.site.unregister(_model)

SEEDED = frozenset(schedule.name for schedule in SCHEDULES)


def _tasks() -> list[tuple[str, str]]:
    """Return the tasks that take no argument, with the first line of what they do."""
    known = {schedule.task for schedule in SCHEDULES}
    lines = {name: (current_app.tasks[name].__doc__ or name).strip().partition("\n")[0] for name in known}
    return sorted(lines.items(), key=lambda entry: entry[1])


class PeriodicTaskForm(forms.ModelForm):
    """A task by what it does, and either an interval or a time of day."""

    task = forms.ChoiceField(widget=UnfoldAdminSelectWidget, help_text="What is done.")

    class Meta:
        model = PeriodicTask
        fields = ("name", "task", "enabled", "description", "interval", "crontab", "start_time", "one_off")
        labels: ClassVar[dict[str, str]] = {
            "interval": "Interval",
            "crontab": "Time",
            "start_time": "Begin",
            "one_off": "Only once",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {"description": UnfoldAdminTextareaWidget(attrs={"rows": 3})}
        help_texts: ClassVar[dict[str, str]] = {
            "name": "How it is called in this list.",
            "enabled": "Switched off it stays here and does nothing.",
            "description": "For whoever looks at it next.",
            "interval": "Run it every so often. Choose this or a time, not both.",
            "crontab": "Run it at a time of day, of the week or of the month.",
            "start_time": "Not before this moment; empty: from now on.",
            "one_off": "Run it once, and switch it off then.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = _tasks()
        if self.instance.task and self.instance.task not in dict(choices):
            choices.append((self.instance.task, self.instance.task))
        task = self.fields["task"]
        assert isinstance(task, forms.ChoiceField)  # noqa: S101 declared above
        task.choices = choices
        if "crontab" in self.fields:
            times: Any = self.fields["crontab"]
            times.label_from_instance = lambda row: row.human_readable


@admin.register(PeriodicTask)
class PeriodicTaskAdmin(ModelAdmin):
    """What beat starts, and when. Beat follows a change within seconds, without a restart."""

    form = PeriodicTaskForm
    list_display = ("name", "is_on", "when", "last_run", "runs")
    list_filter = ("enabled",)
    search_fields = ("name", "description")
    readonly_fields = ("last_run", "runs")
    actions = ("switch_on", "switch_off", "run_now")
    fieldsets = (
        (None, {"fields": ("name", "task", "enabled", "description")}),
        ("When", {"fields": ("interval", "crontab", "start_time", "one_off")}),
        ("So far", {"fields": ("last_run", "runs")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[PeriodicTask]:
        return super().get_queryset(request).select_related("interval", "crontab", "solar", "clocked")

    def has_delete_permission(self, request: HttpRequest, obj: PeriodicTask | None = None) -> bool:
        """The shop's own schedules come back with the next update: they are switched off instead."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.name not in SEEDED)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Several at once could hold one of the shop's own."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    @admin.display(description="on", boolean=True, ordering="enabled")
    def is_on(self, row: PeriodicTask) -> bool:
        return bool(row.enabled)

    @admin.display(description="when")
    def when(self, row: PeriodicTask) -> str:
        return row.crontab.human_readable if row.crontab else str(row.scheduler)

    @admin.display(description="last run", ordering="last_run_at")
    def last_run(self, row: PeriodicTask) -> str:
        return f"{timesince(row.last_run_at)} ago" if row.last_run_at else "–"

    @admin.display(description="runs", ordering="total_run_count")
    def runs(self, row: PeriodicTask) -> int:
        return int(row.total_run_count)

    @admin.action(description="Switch on", permissions=["change"])
    def switch_on(self, request: HttpRequest, rows: QuerySet[PeriodicTask]) -> None:
        self._switch(request, rows, is_on=True)

    @admin.action(description="Switch off", permissions=["change"])
    def switch_off(self, request: HttpRequest, rows: QuerySet[PeriodicTask]) -> None:
        self._switch(request, rows, is_on=False)

    def _switch(self, request: HttpRequest, rows: QuerySet[PeriodicTask], *, is_on: bool) -> None:
        count = rows.update(enabled=is_on) if is_on else rows.update(enabled=False, last_run_at=None)
        PeriodicTasks.update_changed()
        self.message_user(request, f"Switched {'on' if is_on else 'off'}: {count}.", messages.SUCCESS)

    @admin.action(description="Run once now", permissions=["change"])
    def run_now(self, request: HttpRequest, rows: QuerySet[PeriodicTask]) -> None:
        for row in rows:
            task = current_app.tasks.get(row.task)
            if task is None:
                self.message_user(request, f"{row.name}: there is no task {row.task}.", messages.ERROR)
            elif notify(task, *loads(row.args)):
                self.message_user(request, f"{row.name}: a worker was told.", messages.SUCCESS)
            else:
                self.message_user(request, f"{row.name}: the message broker is away, try again.", messages.ERROR)


@admin.register(IntervalSchedule)
class IntervalScheduleAdmin(ModelAdmin):
    """Every so often."""

    list_display = ("__str__", "every", "period")


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(ModelAdmin):
    """At a time of day, of the week or of the month."""

    list_display = ("human_readable", "minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone")
    list_display_links = ("human_readable",)
    fields = ("human_readable", "minute", "hour", "day_of_week", "day_of_month", "month_of_year", "timezone")
    readonly_fields = ("human_readable",)


@admin.register(Site)
class SiteAdmin(ModelAdmin):
    """The name and the address that mails to shoppers speak of."""

    list_display = ("domain", "name")
    search_fields = ("domain", "name")
