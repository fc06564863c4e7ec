"""Send a new visitor's id back and forget it once its owner has signed in; keep answers out of shared caches."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control, patch_vary_headers

from accounts.callers import calling
from accounts.shoppers import COOKIE_NAME, MAX_AGE_SECONDS, TOKEN_HEADER, visitor_token

# Whatever says who asks.
IDENTIFYING_HEADERS = ("Cookie", "Authorization", "X-Session-Token", TOKEN_HEADER)


class PrivateAnswerMiddleware:
    """Let only the client that asked keep an answer, unless a view says otherwise: any page may hold its shopper's own
    products, and a proxy must not show them to the next."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True)
            patch_vary_headers(response, IDENTIFYING_HEADERS)
        return response


class ShopperMiddleware:
    """Set the visitor cookie and header when `shopper_of` made a visitor; delete the cookie after a sign-in. What is
    recorded meanwhile knows the sender (accounts/callers.py)."""

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
