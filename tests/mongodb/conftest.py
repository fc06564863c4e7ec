"""The tests of `inside` need MongoDB as the behaviour database: test_on_mongodb.py runs them in an own process."""

from django.db import connections

from tests.recommendations.conftest import committed  # noqa: F401 the tests of `inside` use this fixture

IS_MONGODB = "behaviour" in connections and connections["behaviour"].vendor == "mongodb"
collect_ignore = [] if IS_MONGODB else ["inside"]
