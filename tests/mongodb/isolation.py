"""A pytest plugin for runs with behaviour on MongoDB: each test starts with empty collections.

The shop's tables stay in a transaction that is rolled back after each test. MongoDB has no part in that: there
`atomic` does nothing and what was asked for on commit happens at once, in these tests as in the shop.
"""

from typing import Any

import pytest
from django.db import connections
from django_mongodb_backend.features import DatabaseFeatures
from pymongo import monitoring


class Written(monitoring.CommandListener):
    """Remembers which collections were changed since they were emptied."""

    def __init__(self) -> None:
        self.collections: set[str] = set()

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        if event.command_name in {"insert", "update", "delete", "findAndModify"}:
            self.collections.add(event.command[event.command_name])

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing is left to do: each command was heard of before it was done."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """What failed may have written too, and is remembered."""


_written = Written()
monitoring.register(_written)
# Otherwise Django would give up the transaction around the shop's tables too, and empty them one by one.
DatabaseFeatures.supports_transactions = True


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let every test that uses the database use both."""
    for item in items:
        if (mark := item.get_closest_marker("django_db")) is not None:
            item.add_marker(pytest.mark.django_db(*mark.args, **{**mark.kwargs, "databases": "__all__"}), append=False)


@pytest.fixture(autouse=True)
def _empty_behaviour(_django_db_helper: None) -> None:
    from recommendations.versions.models import RankingProfile  # noqa: PLC0415
    from recommendations.versions.ranking_profiles import make_own_profiles  # noqa: PLC0415 a plugin comes before the settings

    connection: Any = connections["behaviour"]
    for name in _written.collections - {"django_migrations"}:
        connection.database[name].delete_many({})
    if RankingProfile._meta.db_table in _written.collections:
        make_own_profiles()  # as each `migrate` does
    _written.collections.clear()
