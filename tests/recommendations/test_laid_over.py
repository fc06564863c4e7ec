"""What lies over an index: read bit by bit, with a stamp by which processes know that they have the same."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.laid_over import LaidOver
from recommendations.models import IndexedProduct
from tests.factories import ProductFactory
from tests.recommendations.publishing import index_now, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def products(category):
    return ProductFactory.create_batch(3, category=category)


@pytest.fixture
def version(products):
    return publish(products)


def save(product, version, seconds=0):
    columns = {"entry": {"text": "lamp"}, "updated_at": timezone.now() + timedelta(seconds=seconds)}
    IndexedProduct.objects.update_or_create(product_id=product.pk, model_version=version, defaults=columns)


def test_whoever_has_read_the_same_has_the_same_stamp(products, version):
    follower, newcomer = LaidOver(), LaidOver()
    for number, product in enumerate(products):
        save(product, version, number)
        follower.read(version, index_now())
    newcomer.read(version, index_now())

    assert follower.stamp == newcomer.stamp != LaidOver().stamp
    assert follower.entries.keys() == {product.pk for product in products}


def test_a_product_saved_again_changes_the_stamp(products, version):
    laid_over = LaidOver()
    save(products[0], version)
    laid_over.read(version, index_now())
    before = laid_over.stamp
    assert laid_over.read(version, index_now()) is False
    save(products[0], version, 1)

    assert laid_over.read(version, index_now()) is True
    assert laid_over.stamp != before


def test_the_stamp_is_that_of_other_processes_too():
    """Python draws the hashes of texts anew with each process; those of the numbers a stamp is made of are no texts."""
    command = [sys.executable, "-c", "print(hash((7, 1700000000.25)))"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert int(said) == hash((7, 1700000000.25))
