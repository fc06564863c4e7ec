"""400, 404, 500 and 503: the API's one error shape under /api/, the site's pages everywhere else.

Whatever the API reads or writes, a database that is away is answered here: by the exception handler for its views, by
`server_error` for what goes wrong around them.
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
# A restart of a database, or whoever holds a lock on it, is mostly done by then.
SECONDS_TO_WAIT = 5


class Unavailable(APIException):
    """503: a database is away; nothing was changed."""

    status_code = status.HTTP_503_SERVICE_UNAVAILABLE
    default_code = "unavailable"
    default_detail = "This cannot be reached right now, and nothing was changed: try again in some seconds."
    wait = SECONDS_TO_WAIT


class ApiExceptionHandler(ShopExceptionHandler):
    """As the parent, and answers a database that is away with 503 and when to come back."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        return Unavailable() if is_database_away(exc) else super().convert_known_exceptions(exc)

    def report_exception(self, exc: APIException, response: Response) -> None:
        """One line for what is no mistake of the shop: there will be many of them until the database is back."""
        if isinstance(exc, Unavailable):
            asked, said = self.context["request"], self.exc.__cause__ or self.exc
            path = asked.path if asked else "?"
            message = "A database is away, %s is answered with 503: %s"
            log_response(message, path, said, response=response, request=asked, logger=logger)
        else:
            super().report_exception(exc, response)


def is_database_away(error: BaseException | None) -> bool:
    """Tell whether a database cannot be reached, or is too busy to answer; a statement that is wrong is another thing.

    SQLite calls both an OperationalError and tells them apart by its code; of MongoDB's errors some come as they are,
    some as the cause of a DatabaseError.
    """
    cause = error.__cause__ if isinstance(error, DatabaseError) else error
    if isinstance(cause, ConnectionFailure):
        return True
    is_wrong = isinstance(cause, sqlite3.Error) and getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    return isinstance(error, OperationalError | InterfaceError) and not is_wrong


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that is refused before any view sees it, such as one for a host that is not the shop's."""
    if request.path.startswith(API_PREFIX):
        return _error(BadRequest.status_code, "client_error", BadRequest.default_code, BadRequest.default_detail)
    return defaults.bad_request(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer an address nobody knows."""
    if request.path.startswith(API_PREFIX):
        return _error(404, "client_error", "not_found", "There is no such address: see /api/docs/.")
    return defaults.page_not_found(request, exception)


@csrf_exempt
def without_slash(request: HttpRequest) -> HttpResponse:
    """Lead an address that only lacks its last slash to the whole one, and the body with it, which a 301 would lose.

    Raises Http404 for any other.
    """
    if not is_valid_path(f"{request.path_info}/"):
        raise Http404
    return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True), preserve_request=True)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer what went wrong in the shop itself, or a database that is away while it does."""
    if not request.path.startswith(API_PREFIX):
        return defaults.server_error(request)
    if not is_database_away(sys.exception()):
        return _error(500, "server_error", "error", "The shop made a mistake; it is logged.")
    answer = _error(Unavailable.status_code, "server_error", Unavailable.default_code, Unavailable.default_detail)
    answer.headers["Retry-After"] = str(SECONDS_TO_WAIT)
    return answer


def _error(answer: int, kind: str, code: str, detail: str) -> JsonResponse:
    return JsonResponse({"type": kind, "errors": [{"code": code, "detail": detail, "attr": None}]}, status=answer)
