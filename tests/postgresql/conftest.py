"""The tests of `inside` need PostgreSQL as the database: test_on_postgresql.py runs them in a process of their own."""

from django.db import connection

collect_ignore = [] if connection.vendor == "postgresql" else ["inside"]
