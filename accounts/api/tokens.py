"""Session tokens of app clients: found with one query, and exchanged for new ones."""

from allauth.headless.internal import sessionkit
from allauth.headless.tokens.strategies.sessions import SessionTokenStrategy
from django.contrib.sessions.backends.base import SessionBase


class OneQueryTokenStrategy(SessionTokenStrategy):
    """As the parent, which asks first whether there is such a session and then reads it."""

    def lookup_session(self, session_token: str) -> SessionBase | None:
        return sessionkit.lookup_session(session_token)


def rotate(session: SessionBase) -> str:
    """Give the session a new key, the client's new token, and return it; the old one is worth nothing from then on."""
    session.cycle_key()
    session.save()
    return str(session.session_key)
