"""The API's addresses: version 1, its schema and its documentation page."""

from django.urls import include, path, re_path
from drf_spectacular.views import SpectacularSwaggerView

from config.api_errors import without_slash
from config.api_schema import schema
from config.health import HealthView, ReadyView

urlpatterns = [
    path("v1/", include("recommendations.api.urls")),  # the most asked for first: they are tried in this order
    path("v1/", include("shop.api.urls")),
    path("v1/", include("accounts.api.urls")),
    path("v1/health/", HealthView.as_view(), name="api-health"),
    path("v1/ready/", ReadyView.as_view(), name="api-ready"),
    path("schema/", schema, name="api-schema"),
    path("docs/", SpectacularSwaggerView.as_view(url_name="api-schema"), name="api-docs"),
    re_path(r".*[^/]$", without_slash),
]
