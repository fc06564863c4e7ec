"""Addresses of the preference pages and their small htmx actions."""

from django.urls import path

from recommendations.views import preferences

app_name = "recommendations"
urlpatterns = [
    path("", preferences.preferences, name="preferences"),
    path("categories/", preferences.categories, name="categories"),
    path("categories/forget/", preferences.forget_categories, name="forget-categories"),
    path("viewed/forget/", preferences.forget_viewed, name="forget-viewed"),
    path("not-interested/<uuid:product_id>/", preferences.not_interested, name="not-interested"),
    path("undo-not-interested/<uuid:product_id>/", preferences.undo_not_interested, name="undo-not-interested"),
]
