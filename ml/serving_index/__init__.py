"""Serving index: the arrays that ranking reads, shared by many processes."""

from ml.serving_index.content_vectors import content_vector
from ml.serving_index.index import ServingIndex
from ml.serving_index.overlay import OverlayEntry
from ml.serving_index.seasons import Moment

__all__ = ["Moment", "OverlayEntry", "ServingIndex", "content_vector"]
