"""API addresses under /api/v1/."""

from django.urls import path

from accounts.api.views import ProfileView, RotateTokenView

urlpatterns = [
    path("profile/", ProfileView.as_view(), name="api-profile"),
    path("token/rotate/", RotateTokenView.as_view(), name="api-token-rotate"),
]
