"""The search index: tables made by a migration, triggers after every migration, refilled on demand.

Triggers are dropped before the shop's tables are migrated, and created afterwards: neither database changes a table
whose columns or name a trigger mentions.
"""

from django.db import NotSupportedError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from shop.search import postgres, sqlite
from shop.search.backend import Backend
from shop.search.models import TABLE

_BACKENDS = {"sqlite": sqlite.BACKEND, "postgresql": postgres.BACKEND}


def backend_of(connection: BaseDatabaseWrapper) -> Backend:
    """Return how the database searches; NotSupportedError for one that Kindred does not know."""
    if connection.vendor not in _BACKENDS:
        raise NotSupportedError(f"Kindred searches products on SQLite and PostgreSQL, not on {connection.vendor}.")
    return _BACKENDS[connection.vendor]


def create_tables(connection: BaseDatabaseWrapper) -> None:
    """Make the empty index."""
    _run(connection, *backend_of(connection).create_tables)


def drop_tables(connection: BaseDatabaseWrapper) -> None:
    """Undo create_tables."""
    _run(connection, *backend_of(connection).drop_tables)


def is_created(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether the index's tables exist."""
    return TABLE in connection.introspection.table_names(include_views=True)


def follow_products(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers that write each change of the catalogue to the index; refill it if any was missing."""
    backend = backend_of(connection)
    with connection.cursor() as cursor:
        cursor.execute(backend.trigger_names)
        missing = set(backend.triggers) - {row[0] for row in cursor.fetchall()}
    if missing:
        with transaction.atomic(using=connection.alias):
            _run(connection, *(f"CREATE TRIGGER {name} {backend.triggers[name]}" for name in sorted(missing)))
            refill(connection)


def ignore_products(connection: BaseDatabaseWrapper) -> None:
    """Undo follow_products."""
    backend = backend_of(connection)
    for name in backend.triggers:
        table = "shop_category" if "category" in name else "shop_product"
        _run(connection, backend.drop_trigger.format(name=name, table=table))


def refill(connection: BaseDatabaseWrapper) -> None:
    """Rebuild the whole index from the products in one transaction: searches see the old or the new one."""
    with transaction.atomic(using=connection.alias):
        _run(connection, *backend_of(connection).refill)


def _run(connection: BaseDatabaseWrapper, *statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
