"""Published products by id, as cards show them: the query of every list."""

import uuid
from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import router
from django.db.models import Model
from django.db.models.base import ModelState

from shop.catalogue.models import Category, Product
from shop.catalogue.prepared import PreparedQuery

LENGTHS = (16, 24, 32, 64, 128, 256)
# What cards, rules and lists look at, in the order of the model's fields; other columns are read when asked for.
PRODUCT_COLUMNS = (
    "id", "external_id", "title", "slug", "brand", "category_id", "price", "list_price", "stock", "image", "image_url",
    "is_published", "rating_sum", "rating_count",
)  # fmt: skip
CATEGORY_COLUMNS = ("id", "name", "slug", "is_sensitive")
_WIDTH, _CATEGORY = len(PRODUCT_COLUMNS), PRODUCT_COLUMNS.index("category_id")
Row = TypeVar("Row", bound=Model)


def published_cards(product_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Product]:
    """Return the products still published, by id, with their categories; one query for each 256 ids."""
    ids = list(product_ids)
    alias = router.db_for_read(Product)
    category_field = Product._meta.get_field("category")
    categories: dict[uuid.UUID, Category] = {}
    found: dict[uuid.UUID, Product] = {}
    for start in range(0, len(ids), LENGTHS[-1]):
        some = ids[start : start + LENGTHS[-1]]
        query = _query(alias, next(length for length in LENGTHS if length >= len(some)))
        for row in query.rows(some):
            product = _loaded(Product, alias, PRODUCT_COLUMNS, row[:_WIDTH])
            category = categories.get(row[_CATEGORY])
            if category is None:
                category = _loaded(Category, alias, CATEGORY_COLUMNS, (row[_CATEGORY], *row[_WIDTH:]))
                categories[category.pk] = category
            category_field.set_cached_value(product, category)
            found[product.pk] = product
    return found


def _loaded(model: type[Row], alias: str, names: Sequence[str], values: Sequence[Any]) -> Row:
    """Return what Model.from_db does. It looks at every field of the model and tells listeners, of which there are none
    here: for the products of a list that takes as long as ranking them."""
    instance = model.__new__(model)
    instance.__dict__.update(zip(names, values, strict=True))
    instance._state = ModelState()
    instance._state.adding, instance._state.db = False, alias
    return instance


@cache
def _query(alias: str, n_keys: int) -> PreparedQuery:
    columns = (*PRODUCT_COLUMNS, *(f"category__{name}" for name in CATEGORY_COLUMNS[1:]))
    return PreparedQuery.of(Product.objects.published().order_by(), columns, alias=alias, n_keys=n_keys)
