"""Session tokens of app clients: one query reads session and account; a token can be exchanged for a new one.

A token is the session's key, followed by a dot and the account's id once somebody is signed in. The id proves nothing:
it names the row to read in the same query; the session alone decides who is signed in. A key alone is valid too, and
costs one more query.
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
# A repeated exchange gets the same response for so long.
REPLAYED_FOR = timedelta(minutes=10)
_SUCCESSOR, _EXCHANGE = "exchanged_for", "exchange"


class AccountTokenStrategy(SessionTokenStrategy):
    """Token strategy with the account's id in the token; reads a session without first checking that it exists."""

    def create_session_token(self, request: HttpRequest) -> str:
        super().create_session_token(request)
        return token_of(request.session)

    def lookup_session(self, session_token: str) -> SessionBase | None:
        return sessionkit.lookup_session(session_token.partition(SEPARATOR)[0])


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """Authentication with one query when the token names the account; an unknown token is a 401.

    Its client believes to be signed in: the request must not count for a new visitor.
    """

    def authenticate(self, request: Any) -> tuple[User, Any] | None:
        token = self.get_session_token(request)
        if not token:
            return None
        result: tuple[User, SessionBase] | None = _signed_in(token) or super().authenticate(request)
        if result is None:
            raise AuthenticationFailed(TOKEN_IS_OVER)
        return result

    def authenticate_header(self, request: Any) -> str:
        """Return the WWW-Authenticate header of a 401."""
        return "X-Session-Token"


@dataclass(frozen=True)
class Exchanged:
    """Result of an earlier exchange, in place of the session, for a request that is sent again."""

    token: str


class ExchangeAuthentication(SessionTokenAuthentication):
    """Authentication that accepts a token exchanged a moment ago, to return the new one again."""

    def authenticate(self, request: Any) -> tuple[User, Any] | None:
        try:
            return super().authenticate(request)
        except AuthenticationFailed:
            exchanged = _exchanged(self.get_session_token(request) or "", request.headers.get(KEY_HEADER, ""))
            if exchanged is None:
                raise
            return exchanged


class SessionTokenScheme(XSessionTokenAuthenticationScheme):
    """OpenAPI description of the authentication: that of allauth."""

    target_class = "accounts.api.tokens.SessionTokenAuthentication"


def token_of(session: SessionBase) -> str:
    """Return the token of a stored session."""
    account_id = session.get(SESSION_KEY)
    return f"{session.session_key}{SEPARATOR}{uuid.UUID(account_id).hex}" if account_id else str(session.session_key)


@transaction.atomic
def rotate(session: SessionBase, key: str | None = None) -> str:
    """Give the session a new key and return the client's new token; the old token is invalid from then on.

    With an Idempotency-Key a note replaces the old session: ExchangeAuthentication reads the new token from it for a
    client with both the old token and the key. Raises AuthenticationFailed when another request came first.
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
    """Return the account that exchanged this token with this key, and the new token; None for any other."""
    note = sessionkit.lookup_session(token.partition(SEPARATOR)[0])
    if note is None or not key or not constant_time_compare(note.get(_EXCHANGE, ""), _digest(key)):
        return None
    successor: str = note[_SUCCESSOR]
    signed_in = _signed_in(successor)
    return (signed_in[0], Exchanged(successor)) if signed_in else None


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode(errors="replace")).hexdigest()


def _signed_in(token: str) -> tuple[User, SessionBase] | None:
    """Return the account that the token names and its session, from one query; None unless they match.

    allauth and Django judge the rest, such as a session signed with an older secret key.
    """
    key, _, account_id = token.partition(SEPARATOR)
    try:
        user_id = uuid.UUID(hex=account_id)
    except ValueError:
        return None
    stored = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).values("session_data")
    user = User.objects.filter(pk=user_id, is_active=True).annotate(session_data=Subquery(stored)).first()
    if user is None or user.session_data is None:
        return None
    session = sessionkit.session_store(key)
    content = session._session_cache = session.decode(user.session_data)  # as reading the session from its table does
    is_theirs = (
        content.get(SESSION_KEY) == str(user.pk)
        and content.get(BACKEND_SESSION_KEY) in settings.AUTHENTICATION_BACKENDS
        and constant_time_compare(content.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
    )
    return (user, session) if is_theirs else None
