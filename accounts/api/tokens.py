"""Session tokens of app clients: they find session and account with one query, and are exchanged for new ones.

A token is the session's key, and once somebody is signed in a dot and the account's id. The id proves nothing, it says
which row to read along; who is signed in is what the session says. A key alone is a token too, and costs a query more.
"""

import uuid
from typing import Any

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import Subquery
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from drf_spectacular.contrib.django_allauth import XSessionTokenAuthenticationScheme

from accounts.models import User

SEPARATOR = "."


class AccountTokenStrategy(SessionTokenStrategy):
    """As the parent, which asks first whether there is such a session and then reads it; with the account's id."""

    def create_session_token(self, request: HttpRequest) -> str:
        super().create_session_token(request)
        return token_of(request.session)

    def lookup_session(self, session_token: str) -> SessionBase | None:
        return sessionkit.lookup_session(session_token.partition(SEPARATOR)[0])


class SessionTokenAuthentication(XSessionTokenAuthentication):
    """As the parent, with one query where the token names the account."""

    def authenticate(self, request: Any) -> tuple[User, SessionBase] | None:
        token = self.get_session_token(request)
        return (_signed_in(token) or super().authenticate(request)) if token else None


class SessionTokenScheme(XSessionTokenAuthenticationScheme):
    """How the OpenAPI schema shows it: as that of allauth."""

    target_class = "accounts.api.tokens.SessionTokenAuthentication"


def token_of(session: SessionBase) -> str:
    """Return the token of a stored session."""
    account_id = session.get(SESSION_KEY)
    return f"{session.session_key}{SEPARATOR}{uuid.UUID(account_id).hex}" if account_id else str(session.session_key)


def rotate(session: SessionBase) -> str:
    """Give the session a new key and return the client's new token; the old one is worth nothing from then on."""
    session.cycle_key()
    session.save()
    return token_of(session)


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
