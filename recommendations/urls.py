"""Small htmx actions on recommendations."""

from django.urls import path

from recommendations import views

app_name = "recommendations"
urlpatterns = [
    path("not-interested/<uuid:product_id>/", views.not_interested, name="not-interested"),
    path("undo-not-interested/<uuid:product_id>/", views.undo_not_interested, name="undo-not-interested"),
]
