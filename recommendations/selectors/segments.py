"""Which segment a shopper or a product falls into: the nearest centroid of the version that serves.

Nothing is stored per shopper or product, so nothing goes stale: a shopper changes segment with their next event.
"""

import logging
import uuid
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ml.centroids import nearest_centroids
from ml.content.unit_length import unit_rows
from recommendations import serving
from recommendations.models import Segment, SegmentKind
from recommendations.querysets import BEHAVIOUR_DATABASE_ERRORS
from recommendations.selectors.shoppers import known_shopper

logger = logging.getLogger(__name__)

VERSIONS_REMEMBERED = 4


@dataclass(frozen=True, eq=False)
class _Centroids:
    """The k segments of one kind of a version, by number, and their centroids, float32 [k, d]."""

    segments: tuple[Segment, ...]
    vectors: NDArray[np.float32]


def segment_of(*, shopper_id: uuid.UUID) -> Segment | None:
    """Return a shopper's segment; None without events the model knows, or without segments. At most three queries."""
    served = serving.current()
    if served is None:
        return None
    return segment_at(
        version=served.version, kind=SegmentKind.SHOPPERS, vector=known_shopper(shopper_id, served).vector
    )


def segment_of_product(*, product_id: uuid.UUID) -> Segment | None:
    """Return a product's segment; None for one the index does not know or has no vector of."""
    served = serving.current()
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


@lru_cache(maxsize=2 * VERSIONS_REMEMBERED)
def _centroids(version: str, kind: SegmentKind) -> _Centroids:
    segments = tuple(Segment.objects.filter(model_version=version, kind=kind).order_by("number"))
    rows = [np.frombuffer(segment.centroid, dtype="<f4") for segment in segments]
    return _Centroids(segments, np.stack(rows) if rows else np.zeros((0, 0), np.float32))
