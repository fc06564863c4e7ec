"""The account pages that are ours; allauth brings the others."""

from django.urls import URLPattern

app_name = "accounts"
urlpatterns: list[URLPattern] = []
