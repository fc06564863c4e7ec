"""Session tokens of app clients: they find session and account with one query, and are exchanged for new ones.

A token is the session's key, and once somebody is signed in a dot and the account's id. The id proves nothing, it says
which row to read along; who is signed in is what the session says. A key alone is a token too, and costs a query more.
"""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from drf_spectacular.contrib.django_allauth import XSessionTokenAuthenticationScheme
from rest_framework.exceptions import AuthenticationFailed

from accounts.api.replays import KEY_HEADER
from accounts.models import User

SEPARATOR = "."
TOKEN_IS_OVER = "This X-Session-Token is not valid, or not any more: sign in again, or leave it out."  # noqa: S105
# How long after an exchange its answer can be had once more.
REPLAYED_FOR = timedelta(minutes=10)
_SUCCESSOR, _EXCHANGE = "exchanged_for", "exchange"


class AccountTokenStrategy(SessionTokenStrategy):
    """As the parent, which asks first whether there is such a session and then reads it; with the account's id."""

    def create_session_token(self, request: HttpRequest) -> str:
        super().create_session_token(request)
        return token_of(request.session)

    def lookup_session(self, session_token: str) -> SessionBase | None:
        return sessionkit.lookup_session(session_token.partition(SEPARATOR)[0])


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """As the parent, with one query where the token names the account; a token that is nobody's is a 401.

    Whoever sends one believes to be signed in: what they do then must not become some new visitor's.
    """

    def authenticate(self, request: Any) -> tuple[User, Any] | None:
        token = self.get_session_token(request)
        if not token:
            return None
        found: tuple[User, SessionBase] | None = _signed_in(token) or super().authenticate(request)
        if found is None:
            raise AuthenticationFailed(TOKEN_IS_OVER)
        return found

    def authenticate_header(self, request: Any) -> str:
        """Return what a 401 names as the way to sign in."""
        return "X-Session-Token"


@dataclass(frozen=True)
class Exchanged:
    """Stands for the session of a token that was exchanged before, by the request that is sent again."""

    token: str


class ExchangeAuthentication(SessionTokenAuthentication):
    """As the parent, but a token that was exchanged a moment ago is still good to ask for the new one once more."""

    def authenticate(self, request: Any) -> tuple[User, Any] | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            found = _exchanged(self.get_session_token(request) or "", request.headers.get(KEY_HEADER, ""))
            if found is None:
                raise
            return found


class SessionTokenScheme(XSessionTokenAuthenticationScheme):
    """How the OpenAPI schema shows it: as that of allauth."""

    target_class = "accounts.api.tokens.SessionTokenAuthentication"


def token_of(session: SessionBase) -> str:
    """Return the token of a stored session."""
    account_id = session.get(SESSION_KEY)
    return f"{session.session_key}{SEPARATOR}{uuid.UUID(account_id).hex}" if account_id else str(session.session_key)


@transaction.atomic
def rotate(session: SessionBase, key: str | None = None) -> str:
    """Give the session a new key and return the client's new token; the old one is worth nothing from then on.

    With an Idempotency-Key it leaves a note in the old session's place, from which ExchangeAuthentication reads the
    new token for whoever has both the old one and the key. AuthenticationFailed when another request came first.
    """
    old = str(session.session_key)
    row = Session.objects.select_for_update().filter(session_key=old).first()
    if row is None or SESSION_KEY not in row.get_decoded():
        raise AuthenticationFailed(TOKEN_IS_OVER)
    session.cycle_key()
    session.save()
    token = token_of(session)
    if key is not None:
        note = sessionkit.session_store().encode({_SUCCESSOR: token, _EXCHANGE: _digest(key)})
        Session.objects.create(session_key=old, session_data=note, expire_date=timezone.now() + REPLAYED_FOR)
    return token


def _exchanged(token: str, key: str) -> tuple[User, Exchanged] | None:
    """Return who exchanged this token with this key, and for which one."""
    left = sessionkit.lookup_session(token.partition(SEPARATOR)[0])
    if left is None or not key or not constant_time_compare(left.get(_EXCHANGE, ""), _digest(key)):
        return None
    successor: str = left[_SUCCESSOR]
    found = _signed_in(successor)
    return (found[0], Exchanged(successor)) if found else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _signed_in(token: str) -> tuple[User, SessionBase] | None:
    """Return the account that the token names and its session, from one query; None unless all is as it should be.

    What differs in any way (a secret key that was changed, say) is left to allauth and Django to judge.
    """
    key, _, account_id = token.partition(SEPARATOR)
    try:
        wanted = uuid.UUID(hex=account_id)
    except ValueError:
        return None
    stored = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).values("session_data")
    user = User.objects.filter(pk=wanted, is_active=True).annotate(session_data=Subquery(stored)).first()
    if user is None or user.session_data is None:
        return None
    session = sessionkit.session_store(key)
    content = session._session_cache = session.decode(user.session_data)  # what reading it from the table does
    is_theirs = (
        content.get(SESSION_KEY) == str(user.pk)
        and content.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(content.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )
    return (user, session) if is_theirs else None
