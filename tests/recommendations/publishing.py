"""A model version made by hand: products in two directions of one plane, so that what ranks first is known."""

import uuid
from collections.abc import Sequence

import numpy as np
from django.utils import timezone

from ml.artifact import JSON, write_artifact
from ml.index_building import CatalogueTables, DemandTables, ModelTables, build_serving_index
from ml.serving_index import ServingIndex
from ml.user_tower import UserTower
from recommendations.learning.documents import product_text
from recommendations.serving import handle
from recommendations.serving.handle import Served
from recommendations.versions import artifact_store
from recommendations.versions.models import ModelVersion
from shop.catalogue.models import Category, Product

DIMENSIONS = 4


def publish(products: Sequence[Product], vectors: Sequence[Sequence[float]] | None = None, *, promote=True) -> str:
    """Write a version in which a shopper's vector is the mean of their products' vectors, and promote it.

    Without vectors product i points to axis i modulo 4.
    """
    moment = timezone.now()
    version = artifact_store.new_version(moment)
    axes = np.eye(DIMENSIONS)[np.arange(len(products)) % DIMENSIONS]
    rows = np.array(axes if vectors is None else vectors, dtype=np.float32)
    categories = list(Category.objects.order_by("path"))
    places = {category.pk: place for place, category in enumerate(categories)}
    paths = {category.path: place for place, category in enumerate(categories)}
    nothing = np.zeros(len(products))
    index = build_serving_index(
        CatalogueTables(
            raw_ids=[product.pk.hex for product in products],
            texts=[product_text(product) for product in products],
            stars=np.array([product.rating_sum for product in products], np.float64),
            item_category=np.array([places[product.category_id] for product in products], np.int32),
            category_ids=[category.pk.hex for category in categories],
            category_parent=np.array([paths.get(category.path[:-4], -1) for category in categories], np.int32),
        ),
        ModelTables(
            user_tower=UserTower((rows,), (np.zeros(rows.shape[1], np.float32),), False, False, True),
            item_vectors=rows,
            neighbours=np.full((len(products), 1), -1, np.int32),
            similarities=np.zeros((len(products), 1), np.float32),
        ),
        DemandTables(nothing, nothing),
    )
    metadata: dict[str, JSON] = {"catalogue_read_at": moment.isoformat(), "popularity_scale": 1.0, "version": version}
    write_artifact(artifact_store.directory_of(version), index.to_arrays(), metadata)
    ModelVersion.objects.create(version=version, status=ModelVersion.Status.READY, trained_through=moment)
    if promote:
        artifact_store.promote(version)
        ModelVersion.objects.mark_promoted(version)
    return version


def ids(items) -> list[uuid.UUID]:
    """Return the product ids of recommended items, in order."""
    return [item.product.pk for item in items]


def served_now() -> Served:
    """Return what serves; there must be something."""
    served = handle.current()
    assert served is not None
    return served


def index_now() -> ServingIndex:
    """Return the index that serves; there must be one."""
    return served_now().index
