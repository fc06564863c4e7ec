"""A pytest plugin for runs that repeat tests on another database: it leaves out those that use none."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the tests that are marked with `django_db`."""
    unconcerned = {item for item in items if item.get_closest_marker("django_db") is None}
    config.hook.pytest_deselected(items=list(unconcerned))
    items[:] = [item for item in items if item not in unconcerned]
