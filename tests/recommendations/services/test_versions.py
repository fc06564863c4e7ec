"""Promoting and rolling back."""

import pytest

from recommendations import artifact_store
from recommendations.models import IndexedProduct, ModelVersion
from recommendations.services.versions import VersionUnusable, promote_version
from tests.factories import ProductFactory
from tests.recommendations.publishing import index_now, publish, served_now

pytestmark = pytest.mark.django_db


def test_a_roll_back_restores_the_same_arrays_and_brings_newer_products_along(product, committed):
    first = publish([product])
    before = served_now().opened.index.item_vectors.tobytes()
    new = ProductFactory(category=product.category)
    publish([product, new])

    with committed():
        promote_version(version=first)

    assert served_now().version == first
    assert served_now().opened.index.item_vectors.tobytes() == before
    assert IndexedProduct.objects.get().product_id == new.pk
    assert index_now().n_items == 2
    assert ModelVersion.objects.get(version=first).status == ModelVersion.Status.PROMOTED


@pytest.mark.parametrize("damage", ["unknown", "deleted", "changed"])
def test_what_cannot_serve_is_refused_and_nothing_changes(product, damage, committed):
    bad, good = publish([product]), publish([product])
    if damage == "deleted":
        artifact_store.discard(bad)
    if damage == "changed":
        path = artifact_store.directory_of(bad) / "popularity.npy"
        path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")
    rows = list(ModelVersion.objects.values())

    with pytest.raises(VersionUnusable), committed() as callbacks:
        promote_version(version="20200101-000000-0000" if damage == "unknown" else bad)

    assert artifact_store.promoted_version() == good
    assert list(ModelVersion.objects.values()) == rows
    assert callbacks == []
