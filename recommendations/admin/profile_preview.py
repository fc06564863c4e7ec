"""Preview of a ranking profile as a shopper: the products, and what each part of the score adds."""

import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django import forms
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminSelectWidget

from ml.ranking import Weights
from recommendations.admin.previews import PreviewForm
from recommendations.lists.previewing import preview
from recommendations.lists.questions import Question
from recommendations.lists.recommending import Recommendations
from recommendations.versions.models import RankingProfile


class ProfilePreviewForm(PreviewForm):
    """Adds the profile to compare with."""

    against = forms.ChoiceField(
        required=False, label="Compare with", widget=UnfoldAdminSelectWidget, help_text="Its list stands below."
    )

    def __init__(self, *args: Any, names: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        against = self.fields["against"]
        assert isinstance(against, forms.ChoiceField)  # noqa: S101 declared above
        against.choices = [("", "nothing"), *names]


def profile_preview(model_admin: ModelAdmin, request: HttpRequest, name: str) -> HttpResponse:
    """Ask for a shopper and a place, and show the list they would see; nothing is recorded.

    POST, so that no address of a person gets into logs of addresses.
    """
    if not model_admin.has_view_or_change_permission(request):
        raise PermissionDenied
    row: RankingProfile | None = RankingProfile.objects.filter(name=name).first()
    if row is None:
        raise Http404
    others = {other.name: other for other in RankingProfile.objects.exclude(name=name)}
    names = [(other.name, f"{other.name}{' (active)' if other.is_active else ''}") for other in others.values()]
    active = next((other.name for other in others.values() if other.is_active), "")
    is_asked = request.method == "POST"
    form = ProfilePreviewForm(
        request.POST if is_asked else None, request=request, names=names, initial={"against": active}
    )
    lists: list[dict[str, Any]] = []
    if is_asked and form.is_valid():
        against = others.get(form.cleaned_data["against"])
        lists = _lists([row, *([against] if against else [])], form.question(), form.shopper_id)
    context = model_admin.admin_site.each_context(request) | {
        "title": f"Preview of {row.name}",
        "row": row,
        "form": form,
        "lists": lists,
        "is_scored": is_asked and form.is_valid() and form.question().intent.is_scored,
        "opts": model_admin.opts,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "recommendations/admin/profile_preview.html", context)


def _lists(
    profiles: Sequence[RankingProfile], question: Question, shopper_id: uuid.UUID | None
) -> list[dict[str, Any]]:
    previews: list[tuple[RankingProfile, Recommendations | None, str]] = []
    for profile in profiles:
        try:
            previews.append((profile, preview(question, shopper_id, weights=Weights(**profile.weights())), ""))
        except ValueError as error:
            previews.append((profile, None, f"This profile cannot rank: {error}."))
    places = [
        {item.product.pk: place for place, item in enumerate(shown.items, 1)} if shown else {}
        for _, shown, _ in previews
    ]
    return [
        {
            "profile": profile,
            "preview": shown,
            "error": error,
            "other": previews[1 - at][0] if len(previews) > 1 else None,
            "rows": _rows(shown, profile, places[1 - at] if len(previews) > 1 else {}) if shown else [],
        }
        for at, (profile, shown, error) in enumerate(previews)
    ]


def _rows(shown: Recommendations, profile: RankingProfile, elsewhere: dict[Any, int]) -> list[dict[str, Any]]:
    weights = profile.weights()
    return [
        {
            "place": place,
            "item": item,
            "reason": item.reasons[0],
            "elsewhere": elsewhere.get(item.product.pk),
            "parts": [
                {"name": name, "raw": raw, "weight": weights[name], "adds": raw * weights[name]}
                for name, raw in asdict(item.parts).items()
            ]
            if item.parts
            else [],
        }
        for place, item in enumerate(shown.items, 1)
    ]
