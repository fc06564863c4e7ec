"""The shop's refusals in the API's one error shape."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from drf_spectacular.utils import inline_serializer
from drf_standardized_errors.handler import ExceptionHandler
from drf_standardized_errors.openapi_serializers import ClientErrorEnum, ServerErrorEnum, ValidationErrorEnum
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated

from shop import errors
from shop.api.parsers import BodyTooLarge
from shop.errors import CheckoutConflict, ShopError


class Refused(APIException):
    """409: the request is well formed, but the shop's state does not allow it."""

    status_code = status.HTTP_409_CONFLICT

    def __init__(self, error: ShopError) -> None:
        problems = error.problems if isinstance(error, CheckoutConflict) else [error.message]
        super().__init__(detail=problems, code=error.code)


class BadRequest(APIException):
    """400: what comes around the body makes no sense, such as more than a thousand parameters."""

    status_code = status.HTTP_400_BAD_REQUEST
    default_code = "bad_request"
    default_detail = "That request makes no sense: see /api/docs/ for what can be asked."


class ShopExceptionHandler(ExceptionHandler):
    """Answers a ShopError from any view with 409 and one entry for each problem, and nobody signed in with 401."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        if isinstance(exc, NotAuthenticated | AuthenticationFailed):
            # REST framework makes it a 403 when the first way to sign in names no scheme, and session tokens have none.
            exc.status_code = status.HTTP_401_UNAUTHORIZED
        if isinstance(exc, RequestDataTooBig):
            return BodyTooLarge()
        if isinstance(exc, SuspiciousOperation):
            return BadRequest()
        return Refused(exc) if isinstance(exc, ShopError) else super().convert_known_exceptions(exc)

    def get_headers(self, exc: APIException) -> dict[str, str]:
        headers = super().get_headers(exc)
        if exc.status_code == status.HTTP_401_UNAUTHORIZED:
            headers["WWW-Authenticate"] = "X-Session-Token"
        return headers


REFUSAL_CODES = sorted(
    (kind.code, (kind.__doc__ or "").strip())
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, ShopError)
)

PROBLEM_TYPES = [*ValidationErrorEnum.choices, *ClientErrorEnum.choices, *ServerErrorEnum.choices]


def _problem(name: str, types: list[tuple[str, str]], code: serializers.Field, attr_help: str | None) -> Any:
    """Return the serializer of an error: its type, and a code, a text and a field for each reason."""
    reason = {
        "code": code,
        "detail": serializers.CharField(help_text="For people."),
        "attr": serializers.CharField(allow_null=True, help_text=attr_help),
    }
    return inline_serializer(
        name,
        {"type": serializers.ChoiceField(types), "errors": inline_serializer(f"{name}Reason", reason, many=True)},
    )


ProblemSerializer = _problem(
    "Problem", PROBLEM_TYPES, serializers.CharField(help_text="For programs."), "The wrong field or parameter, if any."
)
RefusalSerializer = _problem(
    "Refusal", ClientErrorEnum.choices, serializers.ChoiceField(REFUSAL_CODES, help_text="For programs."), None
)
