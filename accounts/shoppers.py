"""Who is shopping: an account, or an anonymous visitor known by a signed cookie or header.

The visitor id is a random UUID that only this server can sign, so nobody can claim another visitor's cart or history.
Browsers carry it in a cookie, API clients in the `X-Visitor-Token` header (each API answer repeats the token).
"""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest

from accounts.models import User

COOKIE_NAME = "kindred_visitor"
TOKEN_HEADER = "X-Visitor-Token"  # noqa: S105 the name of a header
MAX_AGE_SECONDS = 60 * 60 * 24 * 365
_SALT = "accounts.visitor"


@dataclass(frozen=True)
class Shopper:
    """One shopper: `id` is the account's id, or the visitor's when nobody is signed in."""

    id: uuid.UUID
    user: User | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.user is None


def visitor_token(visitor_id: uuid.UUID) -> str:
    """Return the signed form of a visitor id that cookies and headers carry."""
    return signing.dumps(visitor_id.hex, salt=_SALT)


def read_visitor_token(token: str | None) -> uuid.UUID | None:
    """Return the visitor id in a token; None for a missing, expired or forged one."""
    if not token:
        return None
    try:
        return uuid.UUID(hex=signing.loads(token, salt=_SALT, max_age=MAX_AGE_SECONDS))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def known_visitor(request: HttpRequest) -> uuid.UUID | None:
    """Return the visitor id that came with the request, if any."""
    token = request.headers.get(TOKEN_HEADER) or request.COOKIES.get(COOKIE_NAME)
    return read_visitor_token(token)


def known_shopper_id(request: HttpRequest) -> uuid.UUID | None:
    """Return who is shopping if that is known; looking at a page alone makes nobody a visitor with a cookie."""
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.is_authenticated:
        return user.pk
    inner: Any = getattr(request, "_request", request)
    return getattr(inner, "visitor_id", None) or known_visitor(inner)


def shopper_of(request: HttpRequest) -> Shopper:
    """Return who is shopping; a new visitor gets an id, which ShopperMiddleware sends back with the response."""
    user: User | AnonymousUser = request.user
    if isinstance(user, User) and user.is_authenticated:
        return Shopper(user.id, user)
    # A request of the API holds the one that ShopperMiddleware sees.
    inner: Any = getattr(request, "_request", request)
    visitor_id = getattr(inner, "visitor_id", None) or known_visitor(inner)
    if visitor_id is None:
        visitor_id = uuid.uuid4()
        inner.new_visitor = True
    inner.visitor_id = visitor_id
    return Shopper(visitor_id)
