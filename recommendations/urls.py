"""What shoppers tell the recommendations: pages, and small htmx actions."""

from django.urls import path

from recommendations import views

app_name = "recommendations"
urlpatterns = [
    path("", views.preferences, name="preferences"),
    path("categories/", views.categories, name="categories"),
    path("categories/forget/", views.forget_categories, name="forget-categories"),
    path("viewed/forget/", views.forget_viewed, name="forget-viewed"),
    path("not-interested/<uuid:product_id>/", views.not_interested, name="not-interested"),
    path("undo-not-interested/<uuid:product_id>/", views.undo_not_interested, name="undo-not-interested"),
]
