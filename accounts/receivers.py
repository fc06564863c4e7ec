"""Receivers of allauth's signals."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.shoppers import known_visitor
from accounts.signals import visitor_signed_in


@receiver(user_logged_in, dispatch_uid="accounts.visitor_signed_in")
def announce_visitor(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Announce which visitor signed in as this user; ShopperMiddleware then deletes the visitor cookie.

    A receiver that fails must not prevent the sign-in: the cookie stays, and the next sign-in announces again.
    """
    visitor_id = known_visitor(request)
    if visitor_id is None:
        return
    results = visitor_signed_in.send_robust(sender=User, visitor_id=visitor_id, user_id=user.pk)
    failed = any(isinstance(result, Exception) for _, result in results)
    request.visitor_merged = not failed  # type: ignore[attr-defined]  # read by ShopperMiddleware
