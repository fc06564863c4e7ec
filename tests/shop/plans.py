"""Query plans of SQLite. Without statistics it guesses, and must guess well."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalogue.models import ProductQuerySet


def plan(products: ProductQuerySet) -> str:
    """Return how SQLite runs the query of some products."""
    _require_sqlite()
    return products.explain()


def sorting_plans(request: Callable[[], object]) -> list[str]:
    """Return the plans of those queries of a request that sort rows, where an index in their order is missing."""
    _require_sqlite()
    with CaptureQueriesContext(connection) as log:
        request()
    selects = [query["sql"] for query in log.captured_queries if query["sql"].startswith("SELECT")]
    assert selects
    with connection.cursor() as cursor:
        plans = [
            "\n".join(row[-1] for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()) for sql in selects
        ]
    return [steps for steps in plans if "USE TEMP B-TREE FOR ORDER BY" in steps]


def _require_sqlite() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL decides by its statistics, and a small table it reads as a whole")
