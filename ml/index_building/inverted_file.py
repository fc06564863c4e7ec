"""Fitting of the inverted file of a large index (worker only: needs faiss)."""

from __future__ import annotations

from dataclasses import replace

import faiss
import numpy as np
from numpy.typing import NDArray

from ml.serving_index.inverted_file import InvertedFile
from ml.serving_index.top_k import top_k

# Up to this size exact search is as fast (docs/decisions/012-approximate-index.md).
MOST_ITEMS_FOR_EXACT_SEARCH = 20_000
LISTS_PER_ROOT_OF_ITEMS = 4.0
ROUNDS, VECTORS_PER_CENTROID = 10, 128
SHOPPERS_TRIED = 400
NEAREST = 200
LEAST_RECALL = 0.985  # on the sample shoppers, so that others reach 98 %
# With a larger share of the lists a search is not faster than exact search.
MOST_READ = 0.25
ASSIGNED_AT_ONCE = 65_536
SHOPPERS_AT_ONCE = 25


def fit_inverted_file(
    vectors: NDArray[np.float32], shoppers: NDArray[np.float32], *, least_items: int = MOST_ITEMS_FOR_EXACT_SEARCH + 1
) -> InvertedFile | None:
    """Return the inverted file of n item vectors, float32 [n, d], with the fewest probes at which a search finds 98.5 %
    of the 200 nearest items of up to 400 shoppers, float32 [s, d].

    Return None for fewer items than `least_items`, without shoppers, or when more than a quarter of the lists is
    needed.
    """
    tried = shoppers[np.linspace(0, len(shoppers) - 1, min(len(shoppers), SHOPPERS_TRIED)).astype(int)]
    tried = tried[tried.any(axis=1)]
    if len(vectors) < least_items or not len(tried):
        return None
    centroids = _centroids(vectors, max(int(LISTS_PER_ROOT_OF_ITEMS * len(vectors) ** 0.5), 1))
    labels = _assigned(vectors, centroids)
    order = np.argsort(labels, kind="stable").astype(np.int32)
    indptr = np.concatenate([[0], np.cumsum(np.bincount(labels, minlength=len(centroids)))]).astype(np.int64)
    exact = _nearest_of_all(vectors, tried)
    lists = InvertedFile(centroids, indptr, order, vectors[order], np.argsort(order).astype(np.int32), 1, 0.0)
    while lists.probes <= MOST_READ * len(lists):
        lists = replace(lists, recall=_recall(lists, tried, exact))
        if lists.recall >= LEAST_RECALL:
            return lists
        lists = replace(lists, probes=max(lists.probes + 1, int(lists.probes * 1.2)))
    return None


def _centroids(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return `count` k-means centroids, float32 [count, d]; deterministic."""
    kmeans = faiss.Kmeans(
        vectors.shape[1], count, niter=ROUNDS, seed=0, max_points_per_centroid=VECTORS_PER_CENTROID,
        min_points_per_centroid=1,
    )  # fmt: skip
    kmeans.train(np.ascontiguousarray(vectors))
    return np.array(kmeans.centroids, np.float32)


def _assigned(vectors: NDArray[np.float32], centroids: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the nearest centroid of each vector, int64 [n]."""
    index = faiss.IndexFlatL2(vectors.shape[1])
    index.add(centroids)
    parts = [
        index.search(np.ascontiguousarray(vectors[start : start + ASSIGNED_AT_ONCE]), 1)[1][:, 0]
        for start in range(0, len(vectors), ASSIGNED_AT_ONCE)
    ]
    return np.concatenate(parts)


def _nearest_of_all(vectors: NDArray[np.float32], shoppers: NDArray[np.float32]) -> list[NDArray[np.int64]]:
    """Return the 200 nearest items of each shopper by exact search."""
    found: list[NDArray[np.int64]] = []
    for start in range(0, len(shoppers), SHOPPERS_AT_ONCE):
        products = shoppers[start : start + SHOPPERS_AT_ONCE] @ vectors.T
        found += [top_k(row, NEAREST) for row in products]
    return found


def _recall(lists: InvertedFile, shoppers: NDArray[np.float32], exact: list[NDArray[np.int64]]) -> float:
    """Return the mean share of the shoppers' true nearest items that a search finds."""
    found = [np.isin(true, lists.nearest(one, NEAREST)[0]).mean() for one, true in zip(shoppers, exact, strict=True)]
    return float(np.mean(found))
