"""The whole catalogue as arrays."""

import uuid
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils import timezone
from numpy.typing import NDArray

from ml.index_building import CatalogueTables
from recommendations.learning.documents import product_text
from shop.catalogue.models import Category, Product

ROWS_PER_CHUNK = 2_000


@dataclass(frozen=True, eq=False)
class Catalogue(CatalogueTables):
    """All products, hidden and sold out ones included, and all categories; raw ids are UUIDs in hex.

    - `read_at`: a moment before the first row was read.
    """

    read_at: datetime

    def positions(self) -> dict[uuid.UUID, int]:
        """Return the index of each product."""
        return {uuid.UUID(hex=raw_id): position for position, raw_id in enumerate(self.raw_ids)}


def read_catalogue() -> Catalogue:
    """Read products and categories in chunks; two queries."""
    read_at = timezone.now()
    category_ids, category_parent = _read_categories()
    places = {raw_id: place for place, raw_id in enumerate(category_ids)}
    raw_ids, texts, stars, item_category = [], [], [], []
    products = Product.objects.select_related("category").order_by("pk")
    for product in products.iterator(chunk_size=ROWS_PER_CHUNK):
        raw_ids.append(product.pk.hex)
        texts.append(product_text(product))
        stars.append(float(product.rating_sum))
        item_category.append(places.get(product.category_id.hex, -1))
    return Catalogue(
        raw_ids,
        texts,
        np.array(stars, dtype=np.float64),
        np.array(item_category, dtype=np.int32),
        category_ids,
        category_parent,
        read_at,
    )


def _read_categories() -> tuple[list[str], NDArray[np.int32]]:
    """Return the categories' raw ids and the index of each one's parent, int32 [c], -1 for a root."""
    rows = list(Category.objects.order_by("path").values_list("pk", "path"))
    place_of_path = {path: place for place, (_, path) in enumerate(rows)}
    parents = [place_of_path.get(path[: -Category.steplen], -1) for _, path in rows]
    return [pk.hex for pk, _ in rows], np.array(parents, dtype=np.int32)
