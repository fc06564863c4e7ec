"""Error responses 400, 404, 500 and 503: JSON of one shape under /api/, pages elsewhere.

A database that is away is a 503 of the API everywhere: in its views by the exception handler, around them by
`server_error`.
"""

import logging
import sqlite3
import sys

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect, JsonResponse
from django.urls import is_valid_path
from django.utils.log import log_response
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from pymongo.errors import ConnectionFailure
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.response import Response

from shop.api.errors import BadRequest, ShopExceptionHandler

logger = logging.getLogger(__name__)

API_PREFIX = "/api/"
# Most restarts and locks of a database are over by then.
SECONDS_TO_WAIT = 5


class Unavailable(APIException):
    """503: a database is away; nothing was changed."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = "This cannot be reached right now, and nothing was changed: try again in some seconds."
    wait = SECONDS_TO_WAIT


class ApiExceptionHandler(ShopExceptionHandler):
    """Exception handler of the API; a database that is away is a 503 with Retry-After."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        return Unavailable() if is_database_away(exc) else super().convert_known_exceptions(exc)

    def report_exception(self, exc: APIException, response: Response) -> None:
        """Log a database that is away in one line: there will be many until it is back."""
        if isinstance(exc, Unavailable):
            request, cause = self.context["request"], self.exc.__cause__ or self.exc
            path = request.path if request else "?"
            message = "A database is away, %s is answered with 503: %s"
            log_response(message, path, cause, response=response, request=request, logger=logger)
        else:
            super().report_exception(exc, response)


def is_database_away(error: BaseException | None) -> bool:
    """Tell whether an error means that a database is unreachable or too busy, and not that a statement is wrong.

    SQLite raises OperationalError for both, with different codes; errors of MongoDB come directly or as the cause of a
    DatabaseError.
    """
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, ConnectionFailure):
        return True
    is_wrong = isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError | InterfaceError) and not is_wrong


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 400 for a request that no view sees, such as one for a host that is not the shop's."""
    if request.path.startswith(API_PREFIX):
        return _error(BadRequest.status_code, "client_error", BadRequest.default_code, BadRequest.default_detail)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return 404 for an unknown address."""
    if request.path.startswith(API_PREFIX):
        return _error(404, "client_error", "not_found", "There is no such address: see /api/docs/.")
    return defaults.page_not_found(request, exception)


@csrf_exempt
def without_slash(request: HttpRequest) -> HttpResponse:
    """Redirect an address that lacks its last slash by a 308, which keeps the body; raises Http404 for others."""
    if not is_valid_path(f"{request.path_info}/"):
        raise Http404
    return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return 500 for a mistake of the shop, 503 when a database is away."""
    if not request.path.startswith(API_PREFIX):
        return defaults.server_error(request)
    if not is_database_away(sys.exception()):
        return _error(500, "server_error", "error", "The shop made a mistake; it is logged.")
    answer = _error(Unavailable.status_code, "server_error", Unavailable.default_code, Unavailable.default_detail)
    answer.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    return answer


def _error(answer: int, kind: str, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}, status=answer)
