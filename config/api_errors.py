"""404 and 500: the API's one error shape under /api/, the site's pages everywhere else."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

API_PREFIX = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address nobody knows."""
    if request.path.startswith(API_PREFIX):
        return _error(404, "client_error", "not_found", "There is no such address: see /api/docs/.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what went wrong in the shop itself."""
    if request.path.startswith(API_PREFIX):
        return _error(500, "server_error", "error", "The shop made a mistake; it is logged.")
    return defaults.server_error(request)


def _error(status: int, kind: str, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}, status=status)
