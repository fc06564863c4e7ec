"""Segments of shoppers and products of a hand-made version."""

import uuid

import numpy as np
import pytest
from django.db import DatabaseError

from recommendations.behaviour.event_weights import Kind
from recommendations.rules.active_rules import RememberedSegment
from recommendations.shoppers import segments
from recommendations.shoppers.segments import likeness, matching_segment, segment_at, segment_of, segment_of_product
from recommendations.versions.models import Segment, SegmentKind
from recommendations.versions.services import promote_version
from tests.factories import ProductFactory
from tests.recommendations.publishing import publish
from tests.recommendations.shopping import act

pytestmark = pytest.mark.django_db
SHOPPER = uuid.UUID(int=7)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    segments._centroids.cache_clear()


def add(version: str, kind: SegmentKind, *centroids) -> None:
    for number, centroid in enumerate(centroids, start=1):
        Segment.objects.create(
            model_version=version,
            kind=kind,
            number=number,
            name=f"{kind} {number}",
            size=1,
            centroid=np.array(centroid, "<f4").tobytes(),
        )


@pytest.fixture
def two_products(category):
    """Two products on axes 0 and 1."""
    return ProductFactory.create_batch(2, category=category)


@pytest.fixture
def version(two_products):
    """A version of them with a segment around each axis, for both kinds."""
    name = publish(two_products)
    for kind in SegmentKind:
        add(name, kind, [0.9, 0, 0, 0], [0, 0.8, 0, 0])
    return name


def test_a_shopper_falls_into_the_nearest_segment_and_moves_with_what_they_do(version, two_products):
    act(Kind.VIEW, two_products[0], shopper=SHOPPER)
    before = segment_of(shopper_id=SHOPPER)
    for _ in range(5):
        act(Kind.PURCHASE, two_products[1], shopper=SHOPPER)
    after = segment_of(shopper_id=SHOPPER)

    assert before is not None
    assert after is not None
    assert (before.number, after.number) == (1, 2)
    assert after.name == "shoppers 2"


def test_a_product_falls_into_its_own(version, two_products):
    found = [segment_of_product(product_id=product.pk) for product in two_products]

    assert [segment.number for segment in found if segment] == [1, 2]


def test_strangers_and_unknown_products_have_none(version):
    assert segment_of(shopper_id=SHOPPER) is None
    assert segment_of_product(product_id=uuid.UUID(int=1)) is None


def test_without_a_version_or_without_segments_there_are_none(two_products):
    assert segment_of(shopper_id=SHOPPER) is None
    assert segment_of_product(product_id=two_products[0].pk) is None
    publish(two_products)
    assert segment_of_product(product_id=two_products[0].pk) is None


def test_a_roll_back_brings_the_segments_of_that_version_back(version, two_products):
    later = publish(two_products)
    add(later, SegmentKind.PRODUCTS, [0, 1, 0, 0], [1, 0, 0, 0])
    forward = segment_of_product(product_id=two_products[0].pk)
    promote_version(version=version)
    back = segment_of_product(product_id=two_products[0].pk)

    assert forward is not None
    assert back is not None
    assert (forward.model_version, forward.number) == (later, 2)
    assert (back.model_version, back.number) == (version, 1)


def test_a_version_is_read_once(version, queries):
    vector = np.array([1, 0, 0, 0], np.float32)
    with queries(1):
        found = [segment_at(version=version, kind=SegmentKind.SHOPPERS, vector=vector) for _ in range(3)]

    assert [segment.number for segment in found if segment] == [1, 1, 1]


@pytest.mark.parametrize(
    "vector",
    [None, np.zeros(4, np.float32), np.ones(3, np.float32)],
    ids=["none", "zero", "other space"],
)
def test_what_is_no_vector_of_the_space_has_none(version, vector):
    assert segment_at(version=version, kind=SegmentKind.SHOPPERS, vector=vector) is None


def test_with_the_database_away_there_are_none_and_nothing_is_remembered(version, monkeypatch):
    vector = np.array([1, 0, 0, 0], np.float32)

    def away(**_):
        raise DatabaseError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(Segment.objects, "filter", away)
        assert segment_at(version=version, kind=SegmentKind.SHOPPERS, vector=vector) is None
    found = segment_at(version=version, kind=SegmentKind.SHOPPERS, vector=vector)
    assert found is not None
    assert found.number == 1


def remembered(number: int = 1, **traits) -> RememberedSegment:
    return RememberedSegment.from_content({"model_version": "earlier", "number": number} | traits)


def test_segments_are_alike_by_shares_of_categories_and_by_products_and_words():
    cables = remembered(categories={"cables": 0.8, "phones": 0.2}, products=["a", "b"], terms=["usb"])
    others = remembered(categories={"cables": 0.4, "toys": 0.6}, products=["a", "c"], terms=["usb"])

    assert likeness(cables, cables) == 1.0
    assert likeness(cables, others) == pytest.approx((0.4 / (0.8 + 0.2 + 0.6) + 2 / 4) / 2)
    assert likeness(cables, remembered(categories={"toys": 1.0}, terms=["doll"])) == 0.0
    assert likeness(remembered(), remembered()) == 0.0


def test_a_segment_of_another_version_is_the_one_most_like_it_if_any_is(version):
    Segment.objects.filter(kind=SegmentKind.SHOPPERS, number=1).update(top_terms=["usb", "cable"])
    Segment.objects.filter(kind=SegmentKind.SHOPPERS, number=2).update(top_terms=["usb", "cable", "braided"])
    same = RememberedSegment(version, 2)

    found = matching_segment(version, remembered(number=9, terms=["usb", "cable", "braided"]))
    assert found is not None
    assert found.number == 2
    assert matching_segment(version, same) == found
    assert matching_segment(version, RememberedSegment(version, 7)) is None
    assert matching_segment(version, remembered(terms=["doll"])) is None
