"""Inverted file (IVF): item vectors in lists by nearest centroid, so that a search reads a few lists instead of all.

Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search", TPAMI 2011, section IV, without the
quantization; see docs/decisions/012-approximate-index.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ml.serving_index.top_k import top_k

Vectors = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class InvertedFile:
    """l lists of n items. Raise ValueError when the shapes do not fit.

    - `centroids`: float32 [l, d]; `indptr`: int64 [l + 1];
    - `items`: int32 [n], those of list x are items[indptr[x]:indptr[x + 1]]; `vectors`: float32 [n, d], in this order;
    - `rows`: int32 [n], the row of each item in `vectors`, so that a web process does not load `item_vectors` as well;
    - `probes`: number of lists that a search reads; `recall`: share of the true nearest items found for sample
      shoppers.
    """

    centroids: Vectors
    indptr: NDArray[np.int64]
    items: NDArray[np.int32]
    vectors: Vectors
    rows: NDArray[np.int32]
    probes: int
    recall: float

    def __post_init__(self) -> None:
        n_lists, n_items = len(self.centroids), self.items.size
        if (
            self.centroids.shape != (n_lists, self.vectors.shape[1])
            or self.indptr.shape != (n_lists + 1,)
            or self.vectors.shape[0] != n_items
            or self.rows.shape != self.items.shape
            or int(self.indptr[-1]) != n_items
            or not 1 <= self.probes <= n_lists
        ):
            raise ValueError(
                f"inverted file does not fit: centroids {self.centroids.shape}, indptr {self.indptr.shape} up to "
                f"{int(self.indptr[-1])}, items {self.items.shape}, rows {self.rows.shape}, vectors "
                f"{self.vectors.shape}, {self.probes} probes"
            )

    def __len__(self) -> int:
        return len(self.centroids)

    def nearest(self, vector: Vectors, count: int) -> tuple[NDArray[np.int32], Vectors]:
        """Return up to `count` items of the lists read with the largest products with a vector, float32 [d], best
        first, and these products."""
        chosen = top_k(self.centroids @ vector, self.probes)
        starts, ends = self.indptr[chosen], self.indptr[chosen + 1]
        after = np.cumsum(ends - starts)  # where each list's products end among all of them
        products = np.empty(int(after[-1]), np.float32)
        position = 0
        for start, end, following in zip(starts.tolist(), ends.tolist(), after.tolist(), strict=True):
            np.matmul(self.vectors[start:end], vector, out=products[position:following])
            position = following
        best = top_k(products, count)
        lists = np.searchsorted(after, best, side="right")
        return self.items[best - after[lists] + ends[lists]], products[best]

    def check_values(self, n_items: int) -> None:
        """Read everything and raise ValueError unless the lists hold each of n items once."""
        if self.items.size != n_items or not np.array_equal(self.items[self.rows], np.arange(n_items)):
            raise ValueError(f"the inverted file does not hold each of {n_items} items once")
        if self.indptr[0] != 0 or (np.diff(self.indptr) < 0).any():
            raise ValueError("the bounds of the inverted file decrease")

    def to_arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """Return all parts under names that start with prefix."""
        return {
            f"{prefix}centroids": self.centroids,
            f"{prefix}indptr": self.indptr,
            f"{prefix}items": self.items,
            f"{prefix}vectors": self.vectors,
            f"{prefix}rows": self.rows,
            f"{prefix}probes": np.array(self.probes),
            f"{prefix}recall": np.array(self.recall),
        }

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Self | None:
        """Return the lists that `to_arrays` wrote, or None. Raise KeyError for a missing part."""
        if f"{prefix}centroids" not in arrays:
            return None
        return cls(
            arrays[f"{prefix}centroids"],
            arrays[f"{prefix}indptr"],
            arrays[f"{prefix}items"],
            arrays[f"{prefix}vectors"],
            arrays[f"{prefix}rows"],
            int(arrays[f"{prefix}probes"]),
            float(arrays[f"{prefix}recall"]),
        )
