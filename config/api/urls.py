"""Addresses of the API: version 1, its schema and its documentation page."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerView

from config.api.errors import without_slash
from config.api.schema import schema
from config.health.views import HealthView, ReadyView

urlpatterns = [
    path("v1/", include("recommendations.api.urls")),  # the most frequent first: Django tries them in order
    path("v1/", include("shop.api.urls")),
    path("v1/", include("accounts.api.urls")),
    path("v1/health/", HealthView.as_view(), name="api-health"),
    path("v1/ready/", ReadyView.as_view(), name="api-ready"),
    path("schema/", schema, name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r".*[^/]$", without_slash),
]
