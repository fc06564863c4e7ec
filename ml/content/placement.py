"""Placement: the item vector predicted from a product's terms and category."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.content.content_map import ContentFeatures, ContentMap
from ml.content.rows import SparseRows
from ml.content.text_vectors import project


@dataclass(frozen=True, eq=False)
class Placement:
    """The projection from terms to text vectors, float32 [t, f], and the map from text vectors and categories to item
    vectors. Raise ValueError when the two do not fit.
    """

    projection: NDArray[np.float32]
    content_map: ContentMap

    def __post_init__(self) -> None:
        n_features = len(self.content_map.dense_kernel)
        if self.projection.ndim != 2 or self.projection.shape[1] != n_features:
            raise ValueError(f"expected projection [t, {n_features}], got {self.projection.shape}")

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of terms, number of categories, and length of an item vector."""
        return len(self.projection), *self.content_map.node_kernel.shape

    def vectors(self, rows: SparseRows, nodes: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the predicted item vectors of n products, float32 [n, d], of any length; zero without features.

        rows: their term rows; nodes: int32 [n, depth], the categories on each product's path, -1 padding.
        """
        return self.content_map.vectors(ContentFeatures(project(rows, self.projection), nodes))

    def to_arrays(self, prefix: str = "placement_") -> dict[str, NDArray[Any]]:
        """Return all parts as arrays whose names start with prefix."""
        return {f"{prefix}projection": self.projection, **self.content_map.to_arrays(f"{prefix}map_")}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str = "placement_") -> Self:
        """Return the placement that `to_arrays` wrote. Raise KeyError for a missing part."""
        return cls(arrays[f"{prefix}projection"], ContentMap.from_arrays(arrays, f"{prefix}map_"))

    @classmethod
    def zero(cls, n_terms: int, n_categories: int, n_dimensions: int) -> Self:
        """Return the placement whose vectors are all zero."""
        return cls(np.zeros((n_terms, 0), np.float32), ContentMap.zero(0, n_categories, n_dimensions))
