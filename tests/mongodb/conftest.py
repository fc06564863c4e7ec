"""The tests of `inside` need MongoDB as the behaviour database: repeating.py runs them in a process of its own."""

from django.db import connections

from tests.recommendations.conftest import committed  # noqa: F401 the tests of `inside` use this fixture

IS_MONGODB = "behaviour" in connections and connections["behaviour"].vendor == "mongodb"
collect_ignore = [] if IS_MONGODB else ["inside"]
