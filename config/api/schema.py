"""GET /api/schema/: the committed OpenAPI schema, which a test compares with the code.

Generating it here would take seconds and fail when two first requests meet: drf-spectacular fills a registry that all
threads share.
"""

from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from shop.api.conditions import conditional

SCHEMA_FILE = settings.BASE_DIR / "docs" / "openapi.yaml"


@require_safe
@conditional
def schema(request: HttpRequest) -> HttpResponse:
    """Return the schema as YAML."""
    return HttpResponse(_text(), content_type="application/vnd.oai.openapi; charset=utf-8")


@cache
def _text() -> bytes:
    return SCHEMA_FILE.read_bytes()
