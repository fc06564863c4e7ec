"""Index entries of products saved since the promoted version was built."""

import logging
import math
import uuid
from collections.abc import Iterable, Sequence

import numpy as np
from django.db import IntegrityError, router, transaction
from django.utils import timezone

from ml.serving_index import content_vector
from recommendations.learning.documents import product_text
from recommendations.serving import handle
from recommendations.serving.handle import Served
from recommendations.serving.models import IndexedProduct
from shop.catalogue.models import Category, Product

logger = logging.getLogger(__name__)

PRODUCTS_PER_CHUNK = 500


def reindex(product_ids: Sequence[str]) -> int:
    """Write the entries of products that differ from the promoted version, remove those of deleted products, and return
    how many were written.

    Do nothing before the first model: its training reads the whole catalogue.
    """
    served = handle.current()
    if served is None:
        return 0
    keys = [uuid.UUID(str(product_id)) for product_id in product_ids]
    products = list(Product.objects.select_related("category").filter(pk__in=keys))
    if missing := set(keys) - {product.pk for product in products}:
        IndexedProduct.objects.filter(product_id__in=list(missing)).delete()
    entries = IndexedProduct.objects.filter(product_id__in=keys, model_version=served.version)
    indexed = set(entries.values_list("product_id", flat=True))
    changed = [product for product in products if product.pk in indexed or not _is_as_trained(product, served)]
    for product in changed:
        _write(product, served)
    return len(changed)


def reindex_category(category_id: str) -> int:
    """Reindex the products of a category and its subcategories; none for a deleted category."""
    category = Category.objects.filter(pk=uuid.UUID(str(category_id))).first()
    if category is None:
        return 0
    return reindex_all(Product.objects.in_category(category).values_list("pk", flat=True))


def reindex_all(product_ids: Iterable[uuid.UUID]) -> int:
    """Reindex any number of products in chunks."""
    keys = [str(product_id) for product_id in product_ids]
    chunks = (keys[start : start + PRODUCTS_PER_CHUNK] for start in range(0, len(keys), PRODUCTS_PER_CHUNK))
    return sum(reindex(chunk) for chunk in chunks)


def _is_as_trained(product: Product, served: Served) -> bool:
    """Tell whether the version already holds the product as it is now: a message may be older than the training."""
    index = served.opened.index
    item = index.index_of(product.pk.hex)
    if item is None or index.item_category[item] != index.category_index_of(product.category_id.hex):
        return False
    terms, weights = index.terms.vectorise(product_text(product))
    row = index.terms.rows.take(np.array([item]))
    return np.array_equal(terms, row.indices) and np.allclose(weights, row.values, atol=1e-4)


def _write(product: Product, served: Served) -> None:
    """Write one entry. A product of the version keeps its vector and popularity; a new one gets them from its content
    and its stars."""
    opened = served.opened
    text, category = product_text(product), product.category_id.hex
    vector, popularity = b"", None
    if opened.index.index_of(product.pk.hex) is None:
        vector = content_vector(opened.index, text, category).astype("<f4").tobytes()
        popularity = min(math.log1p(product.rating_sum) / max(opened.popularity_scale, 1.0), 1.0)
    columns = {
        "model_version": served.version,
        "vector": vector,
        "entry": {"category": category, "text": text, "popularity": popularity},
        "updated_at": timezone.now(),
    }
    if IndexedProduct.objects.filter(product_id=product.pk).update(**columns):
        return
    try:
        with transaction.atomic(using=router.db_for_write(IndexedProduct)):
            IndexedProduct.objects.create(product_id=product.pk, **columns)
    except IntegrityError:
        logger.info("Another process has just indexed product %s.", product.pk)
