"""The account pages that are ours; allauth brings the others."""

from django.urls import path

from accounts.views import profile

app_name = "accounts"
urlpatterns = [path("", profile, name="profile")]
