"""Segments of a version: two tastes planted in the log come back as two segments."""

import uuid

import pytest

from recommendations.behaviour.event_weights import Kind
from recommendations.learning.segments import segment_name
from recommendations.learning.training import train
from recommendations.versions import artifact_store
from recommendations.versions.models import Segment, Segmentation, SegmentKind
from shop.catalogue.models import Product
from tests.factories import CategoryFactory, ProductFactory
from tests.recommendations.shopping import act

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_model", "without_sweep")]


@pytest.fixture
def tastes(checkerboard) -> tuple[list[Product], list[Product]]:
    """The checkerboard with words and categories of its own for each taste; four more shoppers like the second."""
    lamps, cables = CategoryFactory(name="Lamps"), CategoryFactory(name="Cables")
    for product in checkerboard:
        is_lamp = product in checkerboard[:4]
        product.category, product.title = (lamps, "Brass desk lamp") if is_lamp else (cables, "Braided usb cable")
        product.save()
    for number in range(4):
        for product in checkerboard[4:]:
            act(Kind.VIEW, product, shopper=uuid.UUID(int=50 + number))
    return checkerboard[:4], checkerboard[4:]


def test_two_tastes_become_two_segments_of_shoppers(tastes):
    version = train().version

    first, second = Segment.objects.filter(model_version=version, kind=SegmentKind.SHOPPERS).order_by("number")
    assert (first.number, second.number) == (1, 2)
    assert (first.size, second.size) == (14, 10)
    assert (first.name, second.name) == ("Cables: braided, usb", "Lamps: brass, desk")
    assert [row[1:] for row in first.top_categories] == [["Cables", 1.0]]
    assert {row[0] for row in first.top_products} == {product.pk.hex for product in tastes[1]}
    assert sum(share for _, share in second.top_products) == pytest.approx(1.0, abs=1e-3)
    assert set(second.top_terms) == {"brass", "desk", "lamp"}


def test_the_products_fall_into_segments_too(tastes):
    version = train().version

    rows = Segment.objects.filter(model_version=version, kind=SegmentKind.PRODUCTS)
    assert sorted(rows.values_list("size", "name")) == [(4, "Cables: braided, usb"), (4, "Lamps: brass, desk")]
    by_name = {row.name: {raw_id for raw_id, _ in row.top_products} for row in rows}
    assert by_name["Lamps: brass, desk"] == {product.pk.hex for product in tastes[0]}


def test_the_segmentation_tells_what_was_tried_and_holds_a_map(tastes):
    version = train().version

    row = Segmentation.objects.get(model_version=version, kind=SegmentKind.SHOPPERS)
    assert (row.segment_count, row.member_count) == (2, 24)
    assert max(row.silhouettes, key=lambda number: row.silhouettes[number]) == "2"
    assert len(row.map_points) == 24
    assert sorted(number for number, _, _ in row.map_points) == [1] * 14 + [2] * 10
    assert 0.9 < row.map_variance <= 1.0


def test_shoppers_without_a_vector_belong_to_no_segment(tastes):
    hidden = ProductFactory(category=tastes[0][0].category)
    act(Kind.NOT_INTERESTED, hidden, shopper=uuid.UUID(int=99), value=1)
    version = train().version

    assert Segmentation.objects.get(model_version=version, kind=SegmentKind.SHOPPERS).member_count == 24


def test_each_version_has_its_own_as_long_as_its_files_are_kept(tastes, settings):
    settings.MODEL_VERSIONS_KEPT = 1
    versions = [train(is_measured=False).version for _ in range(4)]

    kept = set(Segmentation.objects.values_list("model_version", flat=True))
    assert set(artifact_store.versions()) <= kept
    assert versions[-1] in kept
    assert versions[0] not in kept
    assert set(Segment.objects.values_list("model_version", flat=True)) == kept


def test_too_little_behaviour_leaves_no_segments(product):
    version = train().version

    rows = Segmentation.objects.filter(model_version=version)
    assert {(row.kind, row.segment_count, row.member_count) for row in rows} == {("shoppers", 0, 0), ("products", 0, 0)}
    assert not Segment.objects.exists()


@pytest.mark.parametrize(
    ("categories", "terms", "name"),
    [
        pytest.param(["USB Cables"], ["usb", "braided", "fast", "red"], "USB Cables: braided, fast", id="both"),
        pytest.param(["Lamps"], [], "Lamps", id="category"),
        pytest.param([], ["braided"], "braided", id="words"),
        pytest.param([], [], "Segment 3", id="nothing"),
        pytest.param(["L" * 200], [], "L" * 120, id="long"),
    ],
)
def test_the_name_is_made_of_category_and_words(categories, terms, name):
    assert segment_name(categories, terms, 3) == name
