"""Weights of the composite score."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from ml.ranking import Weights
from recommendations.models import RankingProfile
from recommendations.services.ranking_profiles import activate_profile


class RankingProfileForm(forms.ModelForm):
    """Refuses weights with which nothing can be ranked."""

    class Meta:
        model = RankingProfile
        fields = ("name", "cosine_weight", "popularity_weight", "category_weight", "keyword_weight", "is_active")

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
    """One profile is active; without any the defaults rank."""

    form = RankingProfileForm
    list_display = ("name", "cosine_weight", "popularity_weight", "category_weight", "keyword_weight", "is_active")

    def save_model(self, request: HttpRequest, obj: RankingProfile, form: forms.ModelForm, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if obj.is_active:
            activate_profile(name=obj.name)
