"""Middleware: the visitor cookie, and private responses by default."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts.callers import calling
from accounts.shoppers import COOKIE_NAME, MAX_AGE_SECONDS, TOKEN_HEADER, visitor_token

# Headers that identify a shopper.
IDENTIFYING_HEADERS = ("Cookie", "Authorization", "X-Session-Token", TOKEN_HEADER)


class PrivateAnswerMiddleware:
    """Make responses private unless a view sets Cache-Control: a page may hold its shopper's own products, which a
    proxy must not show to others."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True)
            patch_vary_headers(response, IDENTIFYING_HEADERS)
        return response


class ShopperMiddleware:
    """Set the visitor cookie and header when `shopper_of` made a visitor; delete the cookie after a sign-in.

    Events that a request records read its caller (accounts/callers.py).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with calling(request):
            response = self.get_response(request)
        if getattr(request, "visitor_merged", False):
            response.delete_cookie(COOKIE_NAME, samesite="Lax")
        elif getattr(request, "new_visitor", False):
            token = visitor_token(request.visitor_id)  # type: ignore[attr-defined]  # set together with new_visitor
            response[TOKEN_HEADER] = token
            response.set_cookie(
                COOKIE_NAME, token, max_age=MAX_AGE_SECONDS, httponly=True, samesite="Lax", secure=request.is_secure()
            )
        return response
