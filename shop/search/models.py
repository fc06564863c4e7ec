"""The full-text index of products: one row each, written by database triggers, never by Django."""

from typing import Any, ClassVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from shop.catalogue.models import Product

TABLE = "shop_search"
POSTGRES_WORDS = "shop_words"


class DocumentField(models.TextField):
    """The indexed words of a product: a row of an FTS5 table on SQLite, a tsvector on PostgreSQL."""


@DocumentField.register_lookup
class Matches(models.Lookup):
    """`document__matches=expression`, in the query language of the database at hand (see shop/search)."""

    lookup_name = "matches"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return self._joined("{} MATCH {}", compiler, connection)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        return self._joined(f"{{}} @@ to_tsquery('{POSTGRES_WORDS}', {{}})", compiler, connection)

    def _joined(self, shape: str, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        document, before = self.process_lhs(compiler, connection)
        expression, after = self.process_rhs(compiler, connection)
        return shape.format(document, expression), [*before, *after]


class _NoRows(models.Manager["SearchDocument"]):
    """Keeps the index out of `dumpdata`: loading the products fills it."""

    def get_queryset(self) -> "models.QuerySet[SearchDocument]":
        return super().get_queryset().none()


class SearchDocument(models.Model):
    """Joined to products by queries, never loaded. The migration makes the table, as each database wants it."""

    product = models.OneToOneField(
        Product, on_delete=models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="search"
    )
    document = DocumentField()
    # FTS5's own measure, lower is better. PostgreSQL computes its own from the document.
    rank = models.FloatField()

    objects: ClassVar[_NoRows] = _NoRows()

    class Meta:
        managed = False
        db_table = TABLE
        base_manager_name = "objects"

    def __str__(self) -> str:
        return f"Search words of {self.product_id}"
