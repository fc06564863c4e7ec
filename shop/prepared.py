"""Queries for rows by their primary keys that Django writes once and not with each request.

Writing a query takes Django longer than a database to look up a few rows by key. The SQL is Django's own, for a few
numbers of keys; the last key is repeated to fill one up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import connections
from django.db.models import QuerySet

PLACEHOLDERS_FROM = 1_000_000


@dataclass(frozen=True)
class PreparedQuery:
    """Columns of rows by their keys. before: the parameters in front of the keys; converters: Django's, by place in
    a row."""

    alias: str
    key: Any
    n_keys: int
    sql: str
    before: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Any], Any]]

    @classmethod
    def of(cls, rows: "QuerySet[Any, Any]", columns: Sequence[str], *, alias: str, n_keys: int) -> Self:
        """Return the query for these columns of a queryset's rows; the queryset has no order and no slice."""
        key = rows.model._meta.pk
        placeholders = [key.to_python(PLACEHOLDERS_FROM + number) for number in range(n_keys)]
        compiler = rows.using(alias).filter(pk__in=placeholders).values_list(*columns).query.get_compiler(alias)
        sql, parameters = compiler.as_sql()
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return cls(
            alias,
            key,
            n_keys,
            sql,
            tuple(parameters[: len(parameters) - n_keys]),
            [(place, *converter) for place, converter in converters.items()],
        )

    def rows(self, keys: Sequence[Any]) -> list[list[Any]]:
        """Return the rows found for at least one key and at most `n_keys`, in any order; one query."""
        connection = connections[self.alias]
        values = [self.key.get_db_prep_value(key, connection) for key in keys]
        values += [values[-1]] * (self.n_keys - len(values))
        with connection.cursor() as cursor:
            cursor.execute(self.sql, (*self.before, *values))
            rows = [list(row) for row in cursor.fetchall()]
        for place, functions, expression in self.converters:
            for row in rows:
                if row[place] is not None:
                    for convert in functions:
                        row[place] = convert(row[place], expression, connection)
        return rows
