"""Admin of ranking profiles, the weights of the composite score."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin

from ml.ranking import Weights
from recommendations.admin.profile_origin import origin_of
from recommendations.admin.profile_preview import profile_preview
from recommendations.versions.models import RankingProfile
from recommendations.versions.ranking_profiles import OWN, activate_profile

FIELDS = ("name", "cosine_weight", "popularity_weight", "category_weight", "keyword_weight", "is_active")


class RankingProfileForm(forms.ModelForm):
    """Refuses weights with which nothing can be ranked."""

    class Meta:
        model = RankingProfile
        fields = FIELDS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        weights = {
            part: weight for part in RankingProfile.PARTS if (weight := cleaned.get(f"{part}_weight")) is not None
        }
        try:
            Weights(**weights)
        except ValueError:
            raise ValidationError("Each weight must be 0 or more, and at least one above 0.") from None
        return cleaned


@admin.register(RankingProfile)
class RankingProfileAdmin(ModelAdmin):
    """One profile is active; without any, classic ranks. Each can be previewed as a shopper, active or not."""

    form = RankingProfileForm
    change_form_outer_before_template = "recommendations/admin/ranking_profile.html"
    list_display = FIELDS

    class Media:
        css = {"all": ("css/admin_charts.css", "css/admin_previews.css")}

    def get_urls(self) -> list[URLPattern]:
        guarded = self.admin_site.admin_view
        own = [
            path("<path:name>/preview/", guarded(self.preview_view), name="recommendations_rankingprofile_preview"),
        ]
        return own + super().get_urls()

    def preview_view(self, request: HttpRequest, name: str) -> HttpResponse:
        return profile_preview(self, request, unquote(name))

    def get_fields(self, request: HttpRequest, obj: RankingProfile | None = None) -> tuple[str, ...]:
        return (*FIELDS, "origin") if _is_own(obj) else FIELDS

    def get_readonly_fields(self, request: HttpRequest, obj: RankingProfile | None = None) -> tuple[str, ...]:
        """Let the shop's own profiles be activated, and neither changed nor deleted."""
        return (*FIELDS[:-1], "origin") if _is_own(obj) else ()

    def has_delete_permission(self, request: HttpRequest, obj: RankingProfile | None = None) -> bool:
        return not _is_own(obj) and super().has_delete_permission(request, obj)

    @admin.display(description="where from")
    def origin(self, obj: RankingProfile) -> str:
        return origin_of(obj.name)

    def save_model(self, request: HttpRequest, obj: RankingProfile, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.is_active:
            activate_profile(name=obj.name)


def _is_own(obj: RankingProfile | None) -> bool:
    return obj is not None and obj.name in OWN
