"""Queries for rows by their primary keys that Django writes once and not with each request.

Writing a query takes Django longer than a database to look up a few rows by key. The SQL is Django's own, for a few
numbers of keys; the last key is repeated to fill one up.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db import connections
from django.db.models import QuerySet

PLACEHOLDERS_FROM = 1_000_000


@dataclass(frozen=True)
class PreparedQuery:
    """Columns of rows by their keys. before: the parameters in front of the keys; key_place: where in a row the key
    stands, None: nowhere; converters: Django's, by place in a row."""

    alias: str
    key: Any
    n_keys: int
    sql: str
    before: Sequence[Any]
    key_place: int | None
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
            columns.index(key.attname) if key.attname in columns else None,
            [(place, *converter) for place, converter in converters.items()],
        )

    def rows(self, keys: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows found for at least one key and at most `n_keys`, in any order; one query.

        Each value is converted once however many rows hold it, and the keys are those given.
        """
        connection = connections[self.alias]
        values = [self.key.get_db_prep_value(key, connection) for key in keys]
        padding = [values[-1]] * (self.n_keys - len(values))
        with connection.cursor() as cursor:
            cursor.execute(self.sql, (*self.before, *values, *padding))
            columns: list[Iterable[Any]] = list(zip(*cursor.fetchall(), strict=True))
        if not columns:
            return []
        for place, functions, expression in self.converters:
            known = dict(zip(values, keys, strict=True)) if place == self.key_place else {}
            for raw in {*columns[place]} - {*known, None}:
                converted = raw
                for convert in functions:
                    converted = convert(converted, expression, connection)
                known[raw] = converted
            columns[place] = [known.get(raw) for raw in columns[place]]
        return list(zip(*columns, strict=True))
