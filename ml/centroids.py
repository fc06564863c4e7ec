"""Nearest centroids of vectors, in NumPy: assigns k-means segments after the fit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

VECTORS_PER_BATCH = 65_536


def nearest_centroids(vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the nearest of k centroids, float32 [k, d], for each of n vectors, float32 [n, d], as int32 [n].

    Euclidean distance; ties: the first. Raise ValueError when the shapes do not fit or there is no centroid.
    """
    if vectors.ndim != 2 or centroids.ndim != 2 or vectors.shape[1] != centroids.shape[1] or not len(centroids):
        raise ValueError(
            f"expected vectors [n, d] and centroids [k, d], k >= 1, got {vectors.shape}, {centroids.shape}"
        )
    labels = np.empty(len(vectors), np.int32)
    halved = 0.5 * np.einsum("kd,kd->k", centroids, centroids)
    for start in range(0, len(vectors), VECTORS_PER_BATCH):
        batch = slice(start, start + VECTORS_PER_BATCH)
        # |v - c|^2 is smallest where |c|^2 / 2 - v.c is: |v|^2 is the same for every centroid.
        labels[batch] = (halved - vectors[batch] @ centroids.T).argmin(axis=1)
    return labels
