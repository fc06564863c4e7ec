"""Pages that need an account: they give a reason, and open after the sign-in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def sign_in_first(request: HttpRequest, reason: str, next_address: str) -> HttpResponse:
    """Send the shopper to the sign-in page, where `reason` is shown; signing in leads to `next_address`."""
    messages.info(request, reason)
    return redirect_to_login(next_address)


def sign_in_required(reason: str) -> Callable[[View], View]:
    """Let only signed-in shoppers into a view; others read `reason` on the sign-in page and come back after it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return sign_in_first(request, reason, request.get_full_path())
            return view(request, *args, **kwargs)

        return guarded

    return decorate
