"""API permissions of staff and of programs with a token."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from rest_framework.permissions import BasePermission
from rest_framework.request import Request


def sends_token(request: HttpRequest | Request, expected: str) -> bool:
    """Tell whether the request carries `expected` as a bearer token; False when `expected` is empty."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return bool(expected) and scheme.lower() == "bearer" and constant_time_compare(token.strip(), expected)


class IsStaffOrService(BasePermission):
    """Staff, and programs that send SERVICE_TOKEN as a bearer token."""

    message = "Only staff, or a program with the service token, may ask for other shoppers."

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.is_staff) or sends_token(request, settings.SERVICE_TOKEN)
