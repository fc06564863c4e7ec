"""The overlay is read in increments; equal stamps mean equal overlays in all processes."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.utils import timezone

from recommendations.serving import overlay as module
from recommendations.serving.models import IndexedProduct
from recommendations.serving.overlay import Overlay
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
    follower, newcomer = Overlay(), Overlay()
    for number, product in enumerate(products):
        save(product, version, number)
        follower.read(version, index_now())
    newcomer.read(version, index_now())

    assert follower.stamp == newcomer.stamp != Overlay().stamp
    assert follower.entries.keys() == {product.pk for product in products}


def test_a_product_saved_again_changes_the_stamp(products, version):
    laid_over = Overlay()
    save(products[0], version)
    laid_over.read(version, index_now())
    before = laid_over.stamp
    assert laid_over.read(version, index_now()) is False
    save(products[0], version, 1)

    assert laid_over.read(version, index_now()) is True
    assert laid_over.stamp != before


@pytest.fixture
def only_two(monkeypatch):
    monkeypatch.setattr(module, "MOST_ROWS", 2)


def a_minute_later(monkeypatch) -> None:
    moment = module.time.monotonic() + module.SECONDS_BETWEEN_COMPARISONS
    monkeypatch.setattr(module.time, "monotonic", lambda: moment)


def read_by(laid_over, version) -> set:
    laid_over.read(version, index_now())
    return set(laid_over.entries)


@pytest.mark.usefixtures("only_two")
def test_whoever_started_early_lays_over_the_same_as_who_starts_late(products, version, caplog):
    follower, base = Overlay(), index_now()
    for number, product in enumerate(products):
        save(product, version, number)
        follower.read(version, base)
    newcomer = Overlay()
    newcomer.read(version, base)

    assert set(newcomer.entries) == set(follower.entries) == {product.pk for product in products[1:]}
    assert newcomer.stamp == follower.stamp
    text = f"products were saved since model version {version} was built: the newest 2 are in its overlay"
    assert caplog.text.count(text) == 2

    save(products[0], version, 9)
    assert read_by(follower, version) == read_by(Overlay(), version) == {products[0].pk, products[2].pk}


def test_what_a_slow_clock_wrote_is_found_by_comparing(products, version, monkeypatch):
    laid_over = Overlay()
    save(products[0], version)
    laid_over.read(version, index_now())
    save(products[1], version, -3600)
    assert read_by(laid_over, version) == {products[0].pk}

    a_minute_later(monkeypatch)

    assert read_by(laid_over, version) == {products[0].pk, products[1].pk}


def test_a_deleted_entry_is_forgotten_by_comparing(products, version, monkeypatch):
    laid_over, newcomer = Overlay(), Overlay()
    for product in products[:2]:
        save(product, version)
    laid_over.read(version, index_now())
    IndexedProduct.objects.filter(product_id=products[0].pk).delete()
    a_minute_later(monkeypatch)

    assert laid_over.read(version, index_now()) is True
    newcomer.read(version, index_now())
    assert set(laid_over.entries) == {products[1].pk}
    assert laid_over.stamp == newcomer.stamp
    IndexedProduct.objects.all().delete()
    a_minute_later(monkeypatch)
    assert read_by(laid_over, version) == set()
    assert laid_over.stamp == 0


def test_one_query_finds_that_nothing_is_new(products, version, django_assert_num_queries):
    laid_over, index = Overlay(), index_now()
    for product in products:
        save(product, version)

    with django_assert_num_queries(2, using=IndexedProduct.objects.db):
        laid_over.read(version, index)
    with django_assert_num_queries(1, using=IndexedProduct.objects.db):
        assert laid_over.read(version, index) is False


@pytest.mark.parametrize(("seconds", "is_found"), [(29, True), (31, False)])
def test_what_became_visible_late_is_found_for_half_a_minute_and_then_by_comparing(
    products, version, monkeypatch, seconds, is_found
):
    """Thousands of entries that were written at once are thus not listed again with each look for ever."""
    laid_over = Overlay()
    save(products[0], version)
    laid_over.read(version, index_now())
    moment = module.time.monotonic() + seconds
    monkeypatch.setattr(module.time, "monotonic", lambda: moment)
    save(products[1], version, -10)

    assert (products[1].pk in read_by(laid_over, version)) is is_found
    a_minute_later(monkeypatch)
    assert products[1].pk in read_by(laid_over, version)


def test_the_stamp_is_that_of_other_processes_too():
    """Python draws the hashes of texts anew with each process; those of the numbers a stamp is made of are no texts."""
    command = [sys.executable, "-c", "print(hash((7, 1700000000.25)))"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert int(said) == hash((7, 1700000000.25))
