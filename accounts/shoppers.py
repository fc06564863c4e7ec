"""Shoppers: an account, or an anonymous visitor with a signed cookie or header.

The visitor id is a random UUID that only this server can sign, so nobody can claim another visitor's cart or history.
Browsers send it as a cookie, API clients in the `X-Visitor-Token` header, which the response to a new visitor carries.
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
    """One shopper: `id` is the account's id, or the visitor's id when nobody is signed in."""

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
    """Return the visitor id of the request; None without a valid token."""
    token = request.headers.get(TOKEN_HEADER) or request.COOKIES.get(COOKIE_NAME)
    return read_visitor_token(token)


def known_shopper_id(request: HttpRequest) -> uuid.UUID | None:
    """Return the id of the account or visitor; None for a request without either, which makes no new visitor."""
    user = getattr(request, "user", None)
    if isinstance(user, User) and user.is_authenticated:
        return user.pk
    inner: Any = getattr(request, "_request", request)
    return getattr(inner, "visitor_id", None) or known_visitor(inner)


def shopper_of(request: HttpRequest) -> Shopper:
    """Return the shopper of a request; a new visitor gets an id, which ShopperMiddleware sends with the response."""
    user: User | AnonymousUser = request.user
    if isinstance(user, User) and user.is_authenticated:
        return Shopper(user.id, user)
    # DRF wraps the request that ShopperMiddleware sees.
    inner: Any = getattr(request, "_request", request)
    visitor_id = getattr(inner, "visitor_id", None) or known_visitor(inner)
    if visitor_id is None:
        visitor_id = uuid.uuid4()
        inner.new_visitor = True
    inner.visitor_id = visitor_id
    return Shopper(visitor_id)
