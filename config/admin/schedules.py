"""Schedules of beat in the admin, with the theme and in plain words."""

from typing import Any, ClassVar

from celery import current_app
from django import forms
from django.contrib import admin, messages
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

from config.broker.schedules import SCHEDULES
from recommendations.behaviour.services.notifications import notify

for _model in (PeriodicTask, IntervalSchedule, CrontabSchedule, SolarSchedule, ClockedSchedule):
    admin.site.unregister(_model)

SEEDED = frozenset(schedule.name for schedule in SCHEDULES)


def _tasks() -> list[tuple[str, str]]:
    """Return the scheduled tasks with the first line of their docstrings."""
    known = {schedule.task for schedule in SCHEDULES}
    lines = {name: (current_app.tasks[name].__doc__ or name).strip().partition("\n")[0] for name in known}
    return sorted(lines.items(), key=lambda entry: entry[1])


class PeriodicTaskForm(forms.ModelForm):
    """Task by its description, and either an interval or a time of day."""

    task = forms.ChoiceField(widget=UnfoldAdminSelectWidget, help_text="The task to run.")

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
            "name": "The name in this list.",
            "enabled": "Clear this to switch the schedule off and keep it.",
            "description": "A note for other staff.",
            "interval": "Run the task at this interval. Choose an interval or a time, not both.",
            "crontab": "Run the task at a time of the day, week or month.",
            "start_time": "Do not run before this moment. Leave it empty to start now.",
            "one_off": "Run the task once, then switch the schedule off.",
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
    """Schedules of beat, which follows a change within seconds, without a restart."""

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
        """Refuse for the shop's own schedules: the next update would create them again, so they are switched off."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.name not in SEEDED)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Leave out deleting several at once: they could include one of the shop's own."""
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
    """Intervals of schedules."""

    list_display = ("__str__", "every", "period")


@admin.register(CrontabSchedule)
class CrontabScheduleAdmin(ModelAdmin):
    """Times of the day, week or month of schedules."""

    list_display_links = ("human_readable",)
    list_display = fields = (
        "human_readable",
        "minute",
        "hour",
        "day_of_week",
        "day_of_month",
        "month_of_year",
        "timezone",
    )
    readonly_fields = ("human_readable",)
