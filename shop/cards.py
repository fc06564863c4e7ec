"""Published products by id as cards show them: the query of every list, compiled once and not with each request.

Django takes longer to write this query, and to make rows of all its columns, than the database to answer it. The SQL is
Django's own, for a few lengths of the list of ids; the last id is repeated to fill one up.
"""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections, router

from shop.models import Category, Product

LENGTHS = (16, 32, 64, 128, 256)
# What cards, rules and lists look at, in the order of the model's fields; other columns are read when asked for.
PRODUCT_COLUMNS = (
    "id", "external_id", "title", "slug", "brand", "category_id", "price", "list_price", "stock", "image", "image_url",
    "is_published", "rating_sum", "rating_count",
)  # fmt: skip
CATEGORY_COLUMNS = ("id", "name", "slug")
_WIDTH, _CATEGORY = len(PRODUCT_COLUMNS), PRODUCT_COLUMNS.index("category_id")
_PRODUCT_NAMES = frozenset(PRODUCT_COLUMNS)  # looked into for each field of each row


def published_cards(product_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Product]:
    """Return the products still published, by id, with their categories; one query for each 256 ids."""
    ids = list(product_ids)
    alias = router.db_for_read(Product)
    found: dict[uuid.UUID, Product] = {}
    for start in range(0, len(ids), LENGTHS[-1]):
        some = ids[start : start + LENGTHS[-1]]
        query = _query(alias, next(length for length in LENGTHS if length >= len(some)))
        found |= {product.pk: product for product in query.read(some)}
    return found


@dataclass(frozen=True)
class _CardQuery:
    """The query for so many ids. before: its parameters in front of them; converters: Django's, by place in a row."""

    alias: str
    length: int
    sql: str
    before: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Any], Any]]

    def read(self, product_ids: Sequence[uuid.UUID]) -> list[Product]:
        """Return the products of at least one and at most `length` ids."""
        connection = connections[self.alias]
        values = [Product._meta.pk.get_db_prep_value(product_id, connection) for product_id in product_ids]
        values += [values[-1]] * (self.length - len(values))
        with connection.cursor() as cursor:
            cursor.execute(self.sql, (*self.before, *values))
            rows = cursor.fetchall()
        categories: dict[Any, Category] = {}
        return [self._product(list(row), categories, connection) for row in rows]

    def _product(self, row: list[Any], categories: dict[Any, Category], connection: Any) -> Product:
        raw_category = row[_CATEGORY]
        for place, functions, expression in self.converters:
            if row[place] is not None:
                for convert in functions:
                    row[place] = convert(row[place], expression, connection)
        product = Product.from_db(self.alias, _PRODUCT_NAMES, row[:_WIDTH])
        category = categories.get(raw_category)
        if category is None:
            category = Category.from_db(self.alias, CATEGORY_COLUMNS, [row[_CATEGORY], *row[_WIDTH:]])
            categories[raw_category] = category
        Product._meta.get_field("category").set_cached_value(product, category)
        return product


@cache
def _query(alias: str, length: int) -> _CardQuery:
    placeholders = [uuid.UUID(int=number) for number in range(length)]
    columns = (*PRODUCT_COLUMNS, *(f"category__{name}" for name in CATEGORY_COLUMNS[1:]))
    rows = Product.objects.using(alias).published().order_by().filter(pk__in=placeholders).values_list(*columns)
    compiler = rows.query.get_compiler(alias)
    sql, parameters = compiler.as_sql()
    converters = compiler.get_converters([column[0] for column in compiler.select])
    before = tuple(parameters[: len(parameters) - length])
    return _CardQuery(alias, length, sql, before, [(place, *converter) for place, converter in converters.items()])
