"""Admin of merchandising rules and of the history of their changes."""

import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_POST
from unfold.admin import ModelAdmin, StackedInline
from unfold.decorators import display

from recommendations.admin.read_only import ReadOnlyAdmin
from recommendations.admin.rule_changes import changes_in_words
from recommendations.admin.rule_forms import RuleForm, RuleFormSet
from recommendations.admin.rule_preview import rule_set_preview
from recommendations.experiments.services import comparing_experiment
from recommendations.rules.models import Rule, RuleChange, RuleSet
from recommendations.rules.services import (
    RulesRefused,
    activate_rule_set,
    deactivate_rule_set,
    delete_rule,
    delete_rule_set,
    save_rule,
    save_rule_set,
)

URL_NAME = "recommendations_ruleset"
CHANGES_SHOWN = 30
LABELS = {Rule.State.RUNS: "success", Rule.State.WAITING: "info", Rule.State.OVER: "warning"}


class RuleInline(StackedInline):
    """Each rule with the state of its schedule."""

    model = Rule
    form = RuleForm
    formset = RuleFormSet
    extra = 0
    readonly_fields = ("schedule",)
    fieldsets = (
        (None, {"fields": (("action", "schedule"), "product_id", "category_id", ("position", "factor"), "note")}),
        (
            "Where, for whom, when",
            {
                "fields": (("slot", "intent"), "listed_category_id", "shopper_segment", "starts_at", "ends_at"),
                "classes": ("collapse",),
            },
        ),
    )

    @display(description="Schedule", label={state.label: colour for state, colour in LABELS.items()})
    def schedule(self, row: Rule) -> str:
        return row.state(timezone.now()).label if row.rule_set_id and not row._state.adding else "New"


@admin.register(RuleSet)
class RuleSetAdmin(ModelAdmin):
    """All writes go through the services, which keep the history."""

    list_display = ("name", "shown_state", "rule_count", "description")
    search_fields = ("name", "description")
    fields = ("name", "description")
    inlines = (RuleInline,)
    actions = ("activate", "deactivate")
    list_before_template = "recommendations/admin/no_rule_sets.html"
    change_form_outer_before_template = "recommendations/admin/rule_set.html"
    change_form_outer_after_template = "recommendations/admin/rule_changes.html"
    show_full_result_count = False

    class Media:
        css = {"all": ("css/admin_charts.css", "css/admin_jobs.css", "css/admin_previews.css")}

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Take away deleting many at once, which would not be in the history."""
        return {name: action for name, action in super().get_actions(request).items() if name != "delete_selected"}

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        own = [
            path("<uuid:rule_set_id>/preview/", guarded(self.preview_view), name=f"{URL_NAME}_preview"),
            path(
                "<uuid:rule_set_id>/activate/", guarded(require_POST(self.activate_view)), name=f"{URL_NAME}_activate"
            ),
            path(
                "<uuid:rule_set_id>/deactivate/",
                guarded(require_POST(self.deactivate_view)),
                name=f"{URL_NAME}_deactivate",
            ),
        ]
        return own + super().get_urls()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        more = _page(row) | {"may_steer": self.has_change_permission(request, row)} if row else {}
        return super().change_view(request, object_id, form_url, (extra_context or {}) | more)

    def preview_view(self, request: HttpRequest, rule_set_id: uuid.UUID) -> HttpResponse:
        return rule_set_preview(self, request, rule_set_id)

    def activate_view(self, request: HttpRequest, rule_set_id: uuid.UUID) -> HttpResponse:
        return self._steer(request, rule_set_id, activate_rule_set, "Active: its rules hold for everybody now.")

    def deactivate_view(self, request: HttpRequest, rule_set_id: uuid.UUID) -> HttpResponse:
        return self._steer(request, rule_set_id, deactivate_rule_set, "Not active any more: its rules hold for nobody.")

    @admin.action(description="Activate", permissions=["change"])
    def activate(self, request: HttpRequest, rule_sets: QuerySet[RuleSet]) -> None:
        self._switch_all(request, rule_sets, activate_rule_set, "activated")

    @admin.action(description="Deactivate", permissions=["change"])
    def deactivate(self, request: HttpRequest, rule_sets: QuerySet[RuleSet]) -> None:
        self._switch_all(request, rule_sets, deactivate_rule_set, "deactivated")

    def save_model(self, request: HttpRequest, obj: RuleSet, form: forms.ModelForm, change: bool) -> None:
        save_rule_set(obj, changed_by=request.user.pk)

    def delete_model(self, request: HttpRequest, obj: RuleSet) -> None:
        delete_rule_set(obj, changed_by=request.user.pk)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Keep a set that a running experiment compares."""
        is_compared = isinstance(obj, RuleSet) and comparing_experiment(obj) is not None
        return not is_compared and super().has_delete_permission(request, obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Store what was changed, rule by rule, with who did it."""
        rows = formset.save(commit=False)
        try:
            for row in formset.deleted_objects:
                delete_rule(row, changed_by=request.user.pk)
            for row in rows:
                save_rule(row, changed_by=request.user.pk)
        except RulesRefused as error:
            self.message_user(request, f"Not all was saved. {error}", messages.ERROR)

    @display(description="state", ordering="is_active", label={"Active": "success", "Not active": "info"})
    def shown_state(self, row: RuleSet) -> str:
        return "Active" if row.is_active else "Not active"

    @admin.display(description="rules")
    def rule_count(self, row: RuleSet) -> str:
        states = [rule.state(timezone.now()) for rule in row.rules.all()]
        said = [f"{states.count(state)} {state.label.lower()}" for state in Rule.State if states.count(state)]
        return ", ".join(said) or "none"

    def get_queryset(self, request: HttpRequest) -> QuerySet[RuleSet]:
        return super().get_queryset(request).prefetch_related("rules")

    def _steer(
        self, request: HttpRequest, rule_set_id: uuid.UUID, service: Callable[..., bool], done: str
    ) -> HttpResponse:
        row = self.get_object(request, str(rule_set_id))
        if not self.has_change_permission(request, row):
            raise PermissionDenied
        try:
            is_changed = service(rule_set_id=rule_set_id, changed_by=request.user.pk)
        except RulesRefused as error:
            self.message_user(request, f"Nothing was changed. {error}", messages.ERROR)
            if row is None:
                return redirect(f"admin:{URL_NAME}_changelist")
            is_changed = False
        if row is not None and is_changed:
            self.log_change(request, row, done)
            self.message_user(request, done, messages.SUCCESS)
        return redirect(f"admin:{URL_NAME}_change", rule_set_id)

    def _switch_all(
        self, request: HttpRequest, rule_sets: QuerySet[RuleSet], service: Callable[..., bool], done: str
    ) -> None:
        """Switch each; one that is refused is named and the others are switched all the same."""
        changed = 0
        for row in rule_sets:
            try:
                if service(rule_set_id=row.pk, changed_by=request.user.pk):
                    self.log_change(request, row, f"Was {done}.")
                    changed += 1
            except RulesRefused as error:
                self.message_user(request, f"{row.name}: {error}", messages.ERROR)
        self.message_user(request, f"{changed} rule set{'' if changed == 1 else 's'} {done}.", messages.SUCCESS)


@admin.register(RuleChange)
class RuleChangeAdmin(ReadOnlyAdmin):
    """The history of all rules, deleted ones too."""

    list_display = ("changed_at", "rule_set_name", "verb", "what", "who")
    list_filter = ("verb",)
    search_fields = ("rule_set_name",)
    search_help_text = "The name of a rule set."
    ordering = ("-changed_at",)
    list_per_page = 50
    show_full_result_count = False

    def get_changelist_instance(self, request: HttpRequest):  # type: ignore[no-untyped-def]  # Django's own is untyped
        """Tell a page's changes in words, with two or three queries for all of them."""
        page = super().get_changelist_instance(request)
        for row, in_words in zip(page.result_list, changes_in_words(list(page.result_list)), strict=True):
            row.in_words = in_words
        return page

    @admin.display(description="what")
    def what(self, row: RuleChange) -> str:
        return row.in_words.what if hasattr(row, "in_words") else str(row)

    @admin.display(description="who")
    def who(self, row: RuleChange) -> str:
        return row.in_words.who if hasattr(row, "in_words") else str(row.changed_by or "")


def _page(row: RuleSet) -> dict[str, Any]:
    """Return the context of a set's page beside its rules; at most five queries."""
    changes = list(RuleChange.objects.filter(rule_set_id=row.pk)[:CHANGES_SHOWN])
    return {
        "rule_set": row,
        "experiment": comparing_experiment(row),
        "changes": changes_in_words(changes),
        "subtitle": None,
    }
