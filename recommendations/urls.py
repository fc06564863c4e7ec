"""Small htmx actions on recommendations."""

from django.urls import URLPattern

app_name = "recommendations"
urlpatterns: list[URLPattern] = []
