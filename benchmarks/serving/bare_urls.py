"""One bare view: what every answer of Django takes, whatever is asked."""

from django.http import HttpRequest, JsonResponse
from django.urls import path


def bare(request: HttpRequest) -> JsonResponse:
    """Answer without doing anything."""
    return JsonResponse({"ok": True})


urlpatterns = [path("bare/", bare)]
