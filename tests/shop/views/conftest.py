"""Fixtures of the page tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.dispatch import Signal
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.shoppers import COOKIE_NAME, Shopper, visitor_token
from recommendations.serving import handle
from shop import signals

Events = list[tuple[str, dict[str, Any]]]


@pytest.fixture
def visitor_client(client: Client, visitor: Shopper) -> Client:
    """A browser that carries the token of `visitor`."""
    client.cookies[COOKIE_NAME] = visitor_token(visitor.id)
    return client


@pytest.fixture
def reads_of(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[[Client, str], int]:
    """Count the SELECT statements that a page needs the second time, when the menu is cached and what is looked for
    twice a second was found."""
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 600.0)

    def count(client: Client, address: str) -> int:
        assert client.get(address).status_code == 200
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return sum(query["sql"].startswith("SELECT") for query in queries.captured_queries)

    return count


@pytest.fixture
def events(django_capture_on_commit_callbacks: Callable[..., Any]) -> Callable[[], AbstractContextManager[Events]]:
    """Collect what the shop's signals say inside a with block: (name, arguments without the time)."""
    names = {signal: name for name, signal in vars(signals).items() if isinstance(signal, Signal)}

    @contextmanager
    def listening() -> Iterator[Events]:
        said: Events = []

        def listen(signal: Signal, sender: Any, occurred_at: Any, **event: Any) -> None:
            said.append((names[signal], event))

        for signal in names:
            signal.connect(listen)
        with django_capture_on_commit_callbacks(execute=True):
            yield said
        for signal in names:
            signal.disconnect(listen)

    return listening
