"""Segments of shoppers and products: the nearest centroid of the version that serves.

Nothing is stored for a shopper or product, so a shopper changes segment with their next event.
"""

import logging
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.centroids import nearest_centroids
from ml.content.rows import unit_rows
from recommendations.behaviour.database import BEHAVIOUR_DATABASE_ERRORS
from recommendations.rules.active_rules import RememberedSegment
from recommendations.serving import handle
from recommendations.shoppers.profiles import profile_of
from recommendations.versions.models import Segment, SegmentKind

logger = logging.getLogger(__name__)

VERSIONS_REMEMBERED = 4
# Least likeness of a segment of a later version to be taken for an earlier one.
LEAST_LIKENESS = 0.35


@dataclass(frozen=True, eq=False)
class _Centroids:
    """The k segments of one kind of a version, by number, and their centroids, float32 [k, d]."""

    segments: tuple[Segment, ...]
    vectors: NDArray[np.float32]


def segment_of(*, shopper_id: uuid.UUID) -> Segment | None:
    """Return a shopper's segment; None without events the model knows, or without segments. At most three queries."""
    served = handle.current()
    if served is None:
        return None
    return segment_at(version=served.version, kind=SegmentKind.SHOPPERS, vector=profile_of(shopper_id, served).vector)


def segment_of_product(*, product_id: uuid.UUID) -> Segment | None:
    """Return a product's segment; None for one the index does not know or has no vector of."""
    served = handle.current()
    item = served.index.index_of(product_id.hex) if served else None
    if served is None or item is None:
        return None
    vector = unit_rows(served.index.vectors_of(np.array([item])))[0]
    return segment_at(version=served.version, kind=SegmentKind.PRODUCTS, vector=vector)


def segment_at(*, version: str, kind: SegmentKind, vector: NDArray[np.float32] | None) -> Segment | None:
    """Return the segment whose centroid is nearest to a vector, float32 [d], of a version's space.

    None without a vector, for the zero vector, and while the behaviour database is away. One query per version and
    kind, after that none: the segments of a version never change.
    """
    if vector is None or not vector.any():
        return None
    try:
        known = _centroids(version, kind)
    except BEHAVIOUR_DATABASE_ERRORS as error:
        logger.error("The segments of version %s cannot be read: %s", version, error)
        return None
    if not known.segments or known.vectors.shape[1] != vector.size:
        return None
    return known.segments[int(nearest_centroids(vector[None, :], known.vectors)[0])]


def shopper_segments(version: str) -> tuple[Segment, ...]:
    """Return the segments of shoppers of a version, by number; one query per version, after that none."""
    return _centroids(version, SegmentKind.SHOPPERS).segments


def segments_entered(
    *, version: str, vector: NDArray[np.float32] | None, remembered: Collection[RememberedSegment]
) -> frozenset[RememberedSegment]:
    """Return those of the remembered segments that the shopper with this vector is in, in a version."""
    entered = segment_at(version=version, kind=SegmentKind.SHOPPERS, vector=vector) if remembered else None
    if entered is None:
        return frozenset()
    return frozenset(segment for segment in remembered if matching_segment(version, segment) == entered)


def matching_segment(version: str, remembered: RememberedSegment) -> Segment | None:
    """Return a remembered segment in a version: itself, or the one most like it; None when none is like it.

    One query per version, after that none. Likeness, 0 to 1: the mean of what the two have in common of their
    categories (the lesser shares by the larger ones) and of their products and words (Jaccard).
    """
    segments = shopper_segments(version)
    if remembered.model_version == version:
        return next((segment for segment in segments if segment.number == remembered.number), None)
    ranked = sorted(((likeness(remembered, remember(segment)), -segment.number) for segment in segments), reverse=True)
    if not ranked or ranked[0][0] < LEAST_LIKENESS:
        return None
    return next(segment for segment in segments if segment.number == -ranked[0][1])


def remember(segment: Segment) -> RememberedSegment:
    """Return a segment by its traits, which outlive its version."""
    return RememberedSegment.from_content(segment_content(segment))


def segment_content(segment: Segment) -> dict[str, Any]:
    """Return a segment as the column of a rule holds it."""
    return {
        "model_version": segment.model_version,
        "number": segment.number,
        "name": segment.name,
        "categories": {category_id: share for category_id, _, share in segment.top_categories},
        "products": [product_id for product_id, _ in segment.top_products],
        "terms": list(segment.top_terms),
    }


def likeness(first: RememberedSegment, second: RememberedSegment) -> float:
    """Return how much two segments are alike, 0 to 1."""
    ours, theirs = dict(first.categories), dict(second.categories)
    shares = [(ours.get(key, 0.0), theirs.get(key, 0.0)) for key in ours.keys() | theirs.keys()]
    largest = sum(max(pair) for pair in shares)
    named, others = {*first.products, *first.terms}, {*second.products, *second.terms}
    in_common = sum(min(pair) for pair in shares) / largest if largest else 0.0
    named_alike = len(named & others) / len(named | others) if named or others else 0.0
    return (in_common + named_alike) / 2


@lru_cache(maxsize=2 * VERSIONS_REMEMBERED)
def _centroids(version: str, kind: SegmentKind) -> _Centroids:
    segments = tuple(Segment.objects.filter(model_version=version, kind=kind).order_by("number"))
    rows = [np.frombuffer(segment.centroid, dtype="<f4") for segment in segments]
    return _Centroids(segments, np.stack(rows) if rows else np.zeros((0, 0), np.float32))
