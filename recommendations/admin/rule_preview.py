"""Preview of a rule set as a shopper: the list without its rules beside the list with them."""

import uuid
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from recommendations.admin.previews import PreviewForm
from recommendations.lists.previewing import Place, compared, preview_rule_set
from recommendations.rules.models import RuleSet


class RulePreviewForm(PreviewForm):
    """Also at which time, for rules with a schedule."""

    moment = forms.DateTimeField(
        required=False,
        label="At",
        widget=UnfoldAdminTextInputWidget({"type": "datetime-local"}),
        help_text="Empty: now.",
    )


def rule_set_preview(model_admin: ModelAdmin, request: HttpRequest, rule_set_id: uuid.UUID) -> HttpResponse:
    """Ask for a list, and show it without and with the rules, active or not; nothing is recorded."""
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    row: RuleSet | None = RuleSet.objects.filter(pk=rule_set_id).first()
    if row is None:
        raise Http404
    is_asked = request.method == "POST"
    form = RulePreviewForm(request.POST if is_asked else None, request=request)
    context: dict[str, Any] = {}
    if is_asked and form.is_valid():
        before, after = preview_rule_set(form.question(), row, form.shopper_id)
        without, within = compared(before, after)
        context = {
            "lists": [
                {"title": "Without these rules", "rows": [(place, _left(place)) for place in without]},
                {"title": "With these rules", "rows": [(place, _mark(place)) for place in within]},
            ],
            "after": after,
            "changed": sum(bool(_mark(place)) for place in within) + sum(place.place is None for place in without),
        }
    context |= model_admin.admin_site.each_context(request) | {
        "title": f"Preview of {row.name}",
        "row": row,
        "form": form,
        "opts": model_admin.opts,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "recommendations/admin/rule_preview.html", context)


def _mark(place: Place) -> dict[str, str] | None:
    """Say what rules did to a product of the list with them; None: nothing."""
    if place.item.is_pinned:
        return {"kind": "pinned", "text": "pinned"}
    if place.before is None:
        return {"kind": "up", "text": "new"}
    moved = place.before - (place.place or 0)
    if not place.is_moved or not moved:
        return None
    return {"kind": "up" if moved > 0 else "down", "text": f"{'up' if moved > 0 else 'down'} {abs(moved)}"}


def _left(place: Place) -> dict[str, str] | None:
    """Say what became of a product of the list without the rules; None: it is still there."""
    if place.place is not None:
        return None
    return {"kind": "gone", "text": "hidden" if place.is_hidden else "not in the list"}
