"""Primary keys on MongoDB: an index that its planner can use.

django-mongodb-backend makes a unique index that holds strings only (`partialFilterExpression`, `$type: "string"`).
MongoDB uses such an index for queries that name the type too, which the backend's look-ups do not: each look-up by key
would read the whole collection (https://github.com/mongodb/django-mongodb-backend/pull/543). A key is never null, so a
plain unique index promises the same.
"""

from typing import Any

from django.apps import AppConfig
from django.db import connections, router


def index_keys(*, sender: AppConfig, using: str, **_: Any) -> None:
    """Replace the index of each primary key by a plain one; runs after each `migrate`, and does nothing on SQL."""
    connection = connections[using]
    if connection.vendor != "mongodb":
        return
    for model in sender.get_models():
        if not router.allow_migrate_model(using, model) or model._meta.pk.column == "_id":
            continue
        collection = connection.get_collection(model._meta.db_table)  # type: ignore[attr-defined]
        key = [(model._meta.pk.column, 1)]
        partial = [
            name
            for name, index in collection.index_information().items()
            if index["key"] == key and "partialFilterExpression" in index
        ]
        # The new one first: at no moment may a key go in twice.
        collection.create_index(key, unique=True, name=f"{model._meta.db_table}_key")
        for name in partial:
            collection.drop_index(name)
