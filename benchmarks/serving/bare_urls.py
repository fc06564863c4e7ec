"""One bare view: the least time that any answer of Django takes."""

from django.http import HttpRequest, JsonResponse
from django.urls import path


def bare(request: HttpRequest) -> JsonResponse:
    """Answer without doing anything."""
    return JsonResponse({"ok": True})


urlpatterns = [path("bare/", bare)]
