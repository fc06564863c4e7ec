"""Published products by id, as cards show them: the query of every list."""

import uuid
from collections.abc import Collection
from functools import cache

from django.db import router

from shop.models import Category, Product
from shop.prepared import PreparedQuery

LENGTHS = (16, 24, 32, 64, 128, 256)
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
    category_field = Product._meta.get_field("category")
    categories: dict[uuid.UUID, Category] = {}
    found: dict[uuid.UUID, Product] = {}
    for start in range(0, len(ids), LENGTHS[-1]):
        some = ids[start : start + LENGTHS[-1]]
        query = _query(alias, next(length for length in LENGTHS if length >= len(some)))
        for row in query.rows(some):
            product = Product.from_db(alias, _PRODUCT_NAMES, row[:_WIDTH])
            category = categories.get(row[_CATEGORY])
            if category is None:
                category = Category.from_db(alias, CATEGORY_COLUMNS, [row[_CATEGORY], *row[_WIDTH:]])
                categories[category.pk] = category
            category_field.set_cached_value(product, category)
            found[product.pk] = product
    return found


@cache
def _query(alias: str, n_keys: int) -> PreparedQuery:
    columns = (*PRODUCT_COLUMNS, *(f"category__{name}" for name in CATEGORY_COLUMNS[1:]))
    return PreparedQuery.of(Product.objects.published().order_by(), columns, alias=alias, n_keys=n_keys)
