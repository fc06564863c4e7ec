"""What happens when somebody signs in."""

from typing import Any

from allauth.account.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.shoppers import known_visitor
from accounts.signals import visitor_signed_in


@receiver(user_logged_in, dispatch_uid="accounts.visitor_signed_in")
def announce_visitor(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Tell the other apps which visitor turned out to be this user; ShopperMiddleware then drops the cookie.

    A listener that fails must not keep anyone from signing in: the visitor stays as they are until the next time.
    """
    visitor_id = known_visitor(request)
    if visitor_id is None:
        return
    answers = visitor_signed_in.send_robust(sender=User, visitor_id=visitor_id, user_id=user.pk)
    failed = any(isinstance(answer, Exception) for _, answer in answers)
    request.visitor_merged = not failed  # type: ignore[attr-defined]  # read by ShopperMiddleware
