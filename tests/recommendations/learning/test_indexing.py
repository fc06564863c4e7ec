"""Products saved since the version was built."""

import uuid

import numpy as np
import pytest

from recommendations.learning import indexing
from recommendations.learning.documents import product_text
from recommendations.serving.models import IndexedProduct
from recommendations.tasks import reindex_category, reindex_products
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.publishing import index_now, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamps():
    return CategoryFactory(name="Lamps")


@pytest.fixture
def tools():
    return CategoryFactory(name="Tools")


def test_nothing_is_indexed_before_the_first_model(product):
    reindex_products([str(product.pk)])

    assert not IndexedProduct.objects.exists()


def test_a_new_product_starts_among_its_likes(lamps, tools):
    known = [
        ProductFactory(title="Brass desk lamp", category=lamps),
        ProductFactory(title="Steel claw hammer", category=tools),
    ]
    version = publish(known, [[1, 0], [0, 1]])
    new = ProductFactory(title="Green desk lamp", category=lamps, rating_sum=1, rating_count=1)

    reindex_products([str(new.pk)])

    row = IndexedProduct.objects.get(pk=new.pk)
    assert row.model_version == version
    assert np.frombuffer(row.vector, "<f4").tolist() == [1, 0]
    assert row.entry == {"category": lamps.pk.hex, "text": product_text(new), "popularity": pytest.approx(0.6931472)}
    index = index_now()
    assert index.n_items == 3
    assert index.categories_of(np.array([index.index_of(new.pk.hex)])).tolist() == [0]


def test_a_known_product_keeps_its_vector_and_gets_its_new_category(lamps, tools):
    known = [ProductFactory(category=lamps), ProductFactory(category=tools)]
    publish(known, [[1, 0], [0, 1]])
    known[0].category = tools
    known[0].save()

    reindex_products([str(known[0].pk)])

    index = index_now()
    assert index.n_items == 2
    assert index.vectors_of(np.array([0])).tolist() == [[1, 0]]
    assert index.categories_of(np.array([0, 1])).tolist() == [1, 1]


def test_a_product_that_is_as_it_was_trained_needs_no_entry(lamps, tools):
    """A message written before the training is read after it."""
    known = [
        ProductFactory(title="Brass desk lamp", description="Brass. Made for desks.", category=lamps),
        ProductFactory(title="Steel hammer", category=tools),
    ]
    publish(known)

    reindex_products([str(product.pk) for product in known])
    reindex_category(str(lamps.pk))
    assert not IndexedProduct.objects.exists()

    known[0].title = "Brass hammer"
    known[0].save()
    reindex_products([str(product.pk) for product in known])
    assert IndexedProduct.objects.get().product_id == known[0].pk
    known[0].title = "Brass desk lamp"
    known[0].save()
    reindex_products([str(known[0].pk)])
    assert IndexedProduct.objects.get().entry["text"].startswith("Brass desk lamp")


def test_indexing_twice_leaves_one_row(lamps):
    publish([ProductFactory(category=lamps)])
    new = ProductFactory(category=lamps)
    for _ in range(2):
        reindex_products([str(new.pk)])

    assert IndexedProduct.objects.count() == 1


def test_a_deleted_products_entry_goes(lamps):
    publish([ProductFactory(category=lamps)])
    new = ProductFactory(category=lamps)
    reindex_products([str(new.pk)])
    pk = str(new.pk)
    new.delete()
    reindex_products([pk, str(uuid.uuid4())])

    assert not IndexedProduct.objects.exists()


def test_a_category_takes_its_descendants_along(lamps, tools, monkeypatch):
    below = CategoryFactory(name="Desk lamps", parent=lamps)
    products = [*ProductFactory.create_batch(3, category=below), ProductFactory(category=lamps)]
    publish([ProductFactory(category=tools)])
    monkeypatch.setattr(indexing, "PRODUCTS_PER_CHUNK", 2)

    reindex_category(str(lamps.pk))
    reindex_category(str(uuid.uuid4()))

    assert set(IndexedProduct.objects.values_list("product_id", flat=True)) == {product.pk for product in products}


def test_the_admin_saving_a_product_has_it_indexed(lamps, committed):
    publish([ProductFactory(category=lamps)])
    with committed():
        new = ProductFactory(category=lamps)

    assert index_now().index_of(new.pk.hex) == 1
