"""Every test looks for what is new each time, and has a broker state of its own."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from recommendations import serving
from recommendations.services import nudges


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let each test here that uses the database use both, for runs in which behaviour has one of its own."""
    for item in items:
        mark = item.get_closest_marker("django_db")
        if mark is not None and item.path.is_relative_to(Path(__file__).parent):
            both = pytest.mark.django_db(*mark.args, **{**mark.kwargs, "databases": "__all__"})
            item.add_marker(both, append=False)


@pytest.fixture(autouse=True)
def _own_state(monkeypatch):
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr(nudges, "_broker", nudges.BrokerState())


@pytest.fixture
def queries():
    """`with queries(3):` fails unless that many queries are made, whichever database they go to."""

    @contextmanager
    def counted(expected: int) -> Iterator[None]:
        with ExitStack() as stack:
            logs = [stack.enter_context(CaptureQueriesContext(connection)) for connection in connections.all()]
            yield
        made = [query["sql"] for log in logs for query in log.captured_queries]
        assert len(made) == expected, "\n".join(made)

    return counted


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """`with committed() as callbacks:` runs what was asked for on commit when the block ends, tasks included.

    The shop's database commits first: what listens to it writes to the log, whose commit comes after.
    """

    @contextmanager
    def run() -> Iterator[list]:
        everything: list = []
        with ExitStack() as stack:
            parts = [
                stack.enter_context(django_capture_on_commit_callbacks(using=alias, execute=True))
                for alias in reversed(list(connections))
            ]
            yield everything
        everything += [callback for part in parts for callback in part]

    return run
