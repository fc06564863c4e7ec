"""The handle on the promoted version: following, refusing, laying newer products over."""

import logging

import numpy as np
import pytest
from django.db import DatabaseError
from django.utils import timezone

from ml.artifact import write_artifact
from recommendations.serving import handle
from recommendations.serving.models import IndexedProduct
from recommendations.versions import artifact_store
from recommendations.versions.models import RankingProfile
from tests.factories import ProductFactory
from tests.recommendations.publishing import index_now, publish, served_now

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(category):
    return ProductFactory.create_batch(4, category=category)


def damage(version: str) -> None:
    path = artifact_store.directory_of(version) / "item_vectors.npy"
    path.write_bytes(path.read_bytes()[:-4] + b"\0\0\0\1")


def lay_over(product, vector, version, **entry) -> None:
    IndexedProduct.objects.update_or_create(
        product_id=product.pk,
        defaults={
            "model_version": version,
            "vector": np.asarray(vector, "<f4").tobytes(),
            "entry": entry,
            "updated_at": timezone.now(),
        },
    )


def test_nothing_serves_before_the_first_promotion():
    assert handle.current() is None
    assert handle.current() is None


def test_the_promoted_version_serves_and_a_new_one_replaces_it(products):
    first = publish(products[:2])
    assert served_now().version == first
    assert index_now().n_items == 2

    second = publish(products)
    assert served_now().version == second
    assert index_now().n_items == 4

    artifact_store.promote(first)
    assert served_now().version == first
    assert index_now().n_items == 2


def test_the_arrays_are_mapped_from_disk(products):
    publish(products)

    assert isinstance(index_now().item_vectors.base, np.memmap)


def test_a_damaged_version_is_refused_once_and_the_one_before_goes_on(products, caplog):
    first = publish(products[:2])
    assert served_now().version == first
    second = publish(products)
    damage(second)

    with caplog.at_level(logging.ERROR):
        assert [served_now().version for _ in range(3)] == [first] * 3

    assert [second in record.getMessage() for record in caplog.records] == [True]


def test_a_new_process_takes_the_version_before_a_damaged_one(products):
    first = publish(products[:2])
    damage(publish(products))

    assert served_now().version == first


def test_without_any_usable_version_nothing_serves(products):
    damage(publish(products))

    assert handle.current() is None


def test_an_artefact_that_is_no_index_is_refused():
    from_elsewhere = artifact_store.new_version(timezone.now())
    write_artifact(artifact_store.directory_of(from_elsewhere), {"numbers": np.arange(3)}, {})
    artifact_store.promote(from_elsewhere)

    assert handle.current() is None


def test_a_deleted_pointer_changes_nothing(products, settings):
    version = publish(products)
    assert served_now().version == version
    (settings.MODEL_DIR / "promoted").unlink()

    assert served_now().version == version


def test_a_newer_product_is_laid_over(products, category):
    version = publish(products[:3])
    handle.current()
    lay_over(products[3], [0, 0, 0, 1], version, category=category.pk.hex, text="new", popularity=0.5)

    index = index_now()

    assert index.n_items == 4
    item = np.array([index.index_of(products[3].pk.hex)])
    assert index.vectors_of(item).tolist() == [[0, 0, 0, 1]]
    assert index.popularity_of(item).tolist() == [0.5]


def test_a_known_product_without_a_vector_keeps_its_own(products, category):
    version = publish(products)
    lay_over(products[1], [], version, category=category.pk.hex, text="renamed")

    index = index_now()

    assert index.n_items == 4
    assert index.vectors_of(np.array([1])).tolist() == [[0, 1, 0, 0]]


def test_entries_of_another_version_are_not_taken(products):
    publish(products[:3])
    lay_over(products[3], [0, 0, 0, 1], "20200101-000000-0000")

    assert index_now().n_items == 3


def test_a_damaged_entry_does_not_stop_serving(products, caplog):
    version = publish(products[:3])
    lay_over(products[3], [1, 2], version)

    assert index_now().n_items == 3
    assert "does not fit version" in caplog.text


def test_entries_are_looked_for_at_most_once_a_second(products, monkeypatch, queries):
    version = publish(products[:3])
    monkeypatch.setattr(handle, "SECONDS_BETWEEN_LOOKS", 1000.0)
    with queries(4):
        handle.current()
    lay_over(products[3], [0, 0, 0, 1], version)

    with queries(0):
        assert index_now().n_items == 3
    handle.look_again()
    assert index_now().n_items == 4


def test_the_active_profile_weighs(products):
    publish(products)
    assert served_now().weights.cosine == 0.30

    RankingProfile.objects.create(name="plain", cosine_weight=1, popularity_weight=0, is_active=True)
    weights = served_now().weights

    assert (weights.cosine, weights.popularity, weights.category) == (1, 0, 0.30)


def test_an_unusable_profile_is_passed_over(products, caplog):
    publish(products)
    RankingProfile.objects.create(name="broken", cosine_weight=-1, is_active=True)

    assert served_now().weights.cosine == 0.30
    assert "broken" in caplog.text


def test_the_database_may_go_away(products, monkeypatch, caplog):
    version = publish(products)
    handle.current()

    def away(*_, **__):
        raise DatabaseError("gone")

    monkeypatch.setattr(RankingProfile.objects, "filter", away)
    assert [served_now().version for _ in range(3)] == [version] * 3
    assert len(caplog.records) == 1
